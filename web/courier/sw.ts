import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

/** What of a service worker's own scope is used here; its library and the page's cannot stand in one program. */
declare const self: Window & { skipWaiting(): Promise<void> };
/** Every file of this door, put in by the build. */
declare const DOOR_FILES: { url: string; revision: string | null }[];

// Files of this door only: what the API answers lies outside of its path, and is kept by the page, not here.
precacheAndRoute(DOOR_FILES);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/courier/index.html')));

// A page that opened without us is ours at once, so that it can lose its signal at once.
clientsClaim();

self.addEventListener('message', ({ data }) => {
  if (data === 'TAKE_OVER') void self.skipWaiting();
});
