import { useSyncExternalStore } from 'react';
import { type Action, toTakeBack, triedAgain } from '../rules/outbox.ts';
import { freshest, type Sheet } from '../rules/stops.ts';
import { database } from './database.ts';

/** What is kept on the phone of the courier whose it is. */
export interface Phone {
  isRead: boolean;
  sheets: Sheet[];
  actions: Action[];
  /** What couriers before this one did on this phone and could not send. */
  othersUnsent: number;
}

const OWNER = 'milkfloat.courier.owner';
/** So long a phone remembers what was done and sent. */
const KEPT_MS = 3 * 86_400_000;

const channel = new BroadcastChannel('milkfloat.courier');
const listeners = new Set<() => void>();
let phone: Phone = { isRead: false, sheets: [], actions: [], othersUnsent: 0 };

channel.onmessage = () => void read();
addEventListener('storage', (event) => {
  if (event.key === OWNER) void read();
});

/** The courier whose stops this phone keeps, also after the session has ended. */
export const ownerOf = () => localStorage.getItem(OWNER) ?? undefined;

export function usePhone(): Phone {
  return useSyncExternalStore(onPhoneChange, () => phone);
}

/** Calls back whenever something is kept anew, in this tab or another. */
export function onPhoneChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reads anew what is kept. */
export async function read(): Promise<void> {
  const db = await database();
  const owner = ownerOf();
  const [sheets, actions] = await Promise.all([db.getAll('sheets'), db.getAll('actions')]);
  const isMine = ({ userId }: { userId: string }) => userId === owner;
  phone = {
    isRead: true,
    sheets: sheets.filter(isMine),
    actions: actions.filter(isMine),
    othersUnsent: actions.filter((action) => !isMine(action) && !action.doneAt).length,
  };
  for (const listener of listeners) listener();
}

async function changed(): Promise<void> {
  await read();
  channel.postMessage('changed');
}

/** The phone is a courier's from now on: it shows their stops, and sends what they did. */
export async function takePhone(userId: string): Promise<void> {
  if (ownerOf() !== userId) localStorage.setItem(OWNER, userId);
  // Asked for, so that a full phone does not throw away what is not sent.
  void navigator.storage?.persist?.();
  await changed();
}

/** The courier leaves: households' names and doors go, what is not sent stays for the next time they sign in. */
export async function leavePhone(): Promise<void> {
  const owner = ownerOf();
  localStorage.removeItem(OWNER);
  sessionStorage.clear();
  const db = await database();
  const tx = db.transaction(['sheets', 'actions'], 'readwrite');
  for (const sheet of await tx.objectStore('sheets').getAll()) {
    if (sheet.userId === owner) await tx.objectStore('sheets').delete([sheet.userId, sheet.day]);
  }
  for (const { userId, doneAt, seq } of await tx.objectStore('actions').getAll()) {
    if (userId === owner && doneAt && seq !== undefined) await tx.objectStore('actions').delete(seq);
  }
  await tx.done;
  await changed();
}

/** Keeps what the courier did, all of it or nothing; with its photo. */
export async function keepActions(actions: readonly Action[], photo?: Blob): Promise<void> {
  const db = await database();
  const tx = db.transaction(['actions', 'photos'], 'readwrite', { durability: 'strict' });
  for (const action of actions) {
    await tx.objectStore('actions').add(action);
    if (photo) await tx.objectStore('photos').put(photo, action.id);
  }
  await tx.done;
  await changed();
}

/** Keeps a day's stops as they were just told. */
export async function keepSheet(asked: Sheet): Promise<void> {
  const db = await database();
  const tx = db.transaction('sheets', 'readwrite');
  // The courier may have left while it was asked for.
  if (ownerOf() === asked.userId)
    await tx.store.put(freshest(await tx.store.get([asked.userId, asked.day]), asked));
  await tx.done;
  await changed();
}

/** Days that are over and what was sent of them are forgotten. */
export async function forgetOldDays(firstDay: string): Promise<void> {
  const db = await database();
  const tx = db.transaction(['sheets', 'actions'], 'readwrite');
  for (const { userId, day } of await tx.objectStore('sheets').getAll()) {
    if (day < firstDay) await tx.objectStore('sheets').delete([userId, day]);
  }
  for (const { doneAt, seq } of await tx.objectStore('actions').getAll()) {
    const isOld = doneAt !== undefined && Date.parse(doneAt) < Date.now() - KEPT_MS;
    if (isOld && seq !== undefined) await tx.objectStore('actions').delete(seq);
  }
  await tx.done;
}

/** Changes an action that is still there, in one step; nothing where `change` gives nothing. Answers what it is now. */
export async function changeAction(
  seq: number | undefined,
  change: (action: Action) => Action | undefined,
): Promise<Action | undefined> {
  if (seq === undefined) return undefined;
  const db = await database();
  const tx = db.transaction('actions', 'readwrite', { durability: 'strict' });
  const before = await tx.store.get(seq);
  const after = before && change(before);
  if (after) await tx.store.put(after);
  await tx.done;
  if (after) await changed();
  return after;
}

/** Takes back what was never sent. Answers whether it was still in time. */
export async function takeBack(ids: readonly string[]): Promise<boolean> {
  const db = await database();
  const tx = db.transaction(['actions', 'photos'], 'readwrite');
  const taken = toTakeBack(await tx.objectStore('actions').getAll(), ids);
  for (const { seq, id } of taken) {
    if (seq !== undefined) await tx.objectStore('actions').delete(seq);
    await tx.objectStore('photos').delete(id);
  }
  await tx.done;
  await changed();
  return taken.length > 0;
}

/** The courier has seen why the dairy did not take it, and lets it be. */
export async function dismiss({ seq, id }: Action): Promise<void> {
  if (seq === undefined) return;
  const db = await database();
  const tx = db.transaction(['actions', 'photos'], 'readwrite');
  await tx.objectStore('actions').delete(seq);
  await tx.objectStore('photos').delete(id);
  await tx.done;
  await changed();
}

export async function tryAgain({ seq }: Action): Promise<void> {
  await changeAction(seq, triedAgain);
}
