/** How often a page that shows how the day goes is asked again. */
export const LOOK_MS = 30_000;
