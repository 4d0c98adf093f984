import { z } from '@hono/zod-openapi';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { ClockMover } from './clockMover.ts';
import { TestInstant } from './testClock.ts';

/** The door that only a dairy under TEST_CLOCK has. It is in no Lambda, so neither in the document nor on AWS. */
export function clockDoor(mover: ClockMover): AnyDoor {
  return door({
    name: 'moveClock',
    summary: 'Move the clock of a dairy under test, and do what falls due on the way',
    who: ['admin'],
    http: { method: 'PUT', path: '/admin/clock' },
    input: z.strictObject({ now: TestInstant }),
    answer: () => z.object({ now: z.string(), fired: z.number().int() }),
    run: (_world, call) => mover.moveTo(call.input.now),
  });
}
