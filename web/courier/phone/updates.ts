import { useSyncExternalStore } from 'react';

let waiting: ServiceWorker | undefined;
let isWanted = false;
const listeners = new Set<() => void>();

/** Keeps this door's files on the phone from the first visit on, and notices when there is a newer release. */
export function startUpdates(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('controllerchange', () => {
    if (isWanted) location.reload();
  });
  void serviceWorker.register('/courier/sw.js', { scope: '/courier/', updateViaCache: 'none' }).then(
    (registration) => {
      const look = () => {
        // The first one ever takes over by itself: there is nothing older that it could disturb.
        if (registration.waiting && registration.active) offer(registration.waiting);
      };
      look();
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', look);
      });
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible' && navigator.onLine)
          void registration.update().catch(noSignal);
      });
    },
    // Without it the page works as long as there is signal.
    (error) => console.warn('this door is not kept for times without signal', error),
  );
}

const noSignal = () => undefined;

function offer(worker: ServiceWorker): void {
  waiting = worker;
  for (const listener of listeners) listener();
}

/** Goes over to the newer release, where there is one. */
export function useUpdate(): (() => void) | undefined {
  const worker = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
  if (!worker) return undefined;
  return () => {
    isWanted = true;
    worker.postMessage('TAKE_OVER');
  };
}
