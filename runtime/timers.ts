import { timers } from '#shared/events/timers.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Log } from '#shared/ports/ports.ts';

/** Calls the Lambdas' timers as the scheduler on AWS does; a timer that is still at work is not started again. */
export function startTimers(handlerOf: (lambda: string) => LambdaHandler, log: Log): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const handles = timers.map(({ lambda, timer, everySeconds }) => {
    let busy = false;
    const tick = () => {
      if (busy) return;
      busy = true;
      const event = { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer } };
      const work: Promise<void> = handlerOf(lambda)(event)
        .then(() => undefined)
        .catch((error: unknown) => log.error('timer failed', { timer, reason: String(error) }))
        .finally(() => {
          busy = false;
          running.delete(work);
        });
      running.add(work);
    };
    const handle = setInterval(tick, everySeconds * 1_000);
    // What became due while the dairy was shut is done soon after it opens.
    const first = setTimeout(tick, 1_500);
    return () => {
      clearInterval(handle);
      clearTimeout(first);
    };
  });
  return async () => {
    for (const stop of handles) stop();
    await Promise.allSettled(running);
  };
}
