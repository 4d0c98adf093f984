import type { Clock } from '#shared/ports/ports.ts';

/** The clock of the Lambda's host, which AWS keeps in step. */
export const systemClock: Clock = { now: () => new Date() };
