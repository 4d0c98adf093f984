import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Action } from '../rules/outbox.ts';
import type { Sheet } from '../rules/stops.ts';

interface Kept extends DBSchema {
  sheets: { key: [string, string]; value: Sheet };
  actions: { key: number; value: Action };
  /** By the action that they belong to. */
  photos: { key: string; value: Blob };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;

/** What the phone keeps: stops, what was done at them, and photos that are not sent yet. */
export function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('milkfloat.courier', 1, {
    upgrade(db) {
      db.createObjectStore('sheets', { keyPath: ['userId', 'day'] });
      db.createObjectStore('actions', { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore('photos');
    },
    // Another tab has a newer release: it may go on, and this one opens anew.
    blocking(_now, _next, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}
