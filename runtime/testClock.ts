import { z } from '@hono/zod-openapi';
import type { Clock } from '#shared/ports/ports.ts';

const FIRST_MS = Date.UTC(2000, 0);
const END_MS = Date.UTC(3000, 0);

/** An instant a test clock may show: ids and tokens cannot be dated before 1970. */
export const TestInstant = z.iso
  .datetime({ offset: true, message: 'must be an instant such as 2027-01-04T04:30:00Z' })
  .refine((text) => Date.parse(text) >= FIRST_MS && Date.parse(text) < END_MS, {
    message: 'must be of the years 2000 to 2999',
  });

/** A clock that stands still until it is told. */
export class TestClock implements Clock {
  #now: number;
  constructor(at: string) {
    this.#now = new Date(at).getTime();
  }
  now(): Date {
    return new Date(this.#now);
  }
  set(at: string): void {
    this.#now = new Date(at).getTime();
  }
  advance(seconds: number): void {
    this.set(new Date(this.#now + seconds * 1_000).toISOString());
  }
}

/**
 * The clock of a server under TEST_CLOCK. It stands still, but copies in memory grow old as real time passes, and by
 * every move: what another process or an old read left in them is gone after 2 s, as always.
 */
export class ServerTestClock extends TestClock {
  #movedMs = 0;
  override set(at: string): void {
    this.#movedMs += Math.abs(new Date(at).getTime() - this.now().getTime());
    super.set(at);
  }
  ageMs(): number {
    return performance.now() + this.#movedMs;
  }
}
