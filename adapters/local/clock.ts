import type { Clock } from '#shared/ports/ports.ts';

/** This machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
