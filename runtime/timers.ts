import { type Timer, timers } from '#shared/events/timers.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Log } from '#shared/ports/ports.ts';

type HandlerOf = (lambda: string) => LambdaHandler;

/** Fires one timer as the scheduler on AWS does, and waits until its work is done; a failure is logged. */
export async function fireTimer(handlerOf: HandlerOf, log: Log, { lambda, timer }: Timer): Promise<void> {
  const event = { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer } };
  await handlerOf(lambda)(event).catch((error: unknown) =>
    log.error('timer failed', { timer, reason: String(error) }),
  );
}

/** Calls the Lambdas' timers as the scheduler on AWS does; a timer that is still at work is not started again. */
export function startTimers(handlerOf: HandlerOf, log: Log): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const handles = timers.map((timer) => {
    let busy = false;
    const tick = () => {
      if (busy) return;
      busy = true;
      const work: Promise<void> = fireTimer(handlerOf, log, timer).finally(() => {
        busy = false;
        running.delete(work);
      });
      running.add(work);
    };
    const handle = setInterval(tick, timer.everySeconds * 1_000);
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
