/** Error codes of a connection that never came about: not a byte of the message left this machine. */
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * A message handed to a carrier once, with the promise of the ports: it throws only when it is certain that
 * nothing was sent, because the carrier said so (4xx) or was never reached. Of anything else (an answer that got
 * lost, a 5xx) nobody can tell; that never answers, and whoever waits writes UNKNOWN down when his patience ends.
 * Clients that are used with it must not repeat a request by themselves (`maxAttempts: 1`).
 */
export async function certain<A>(handed: Promise<A>): Promise<A> {
  try {
    return await handed;
  } catch (error) {
    const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (status !== undefined ? status < 500 : unsent.has(code ?? '')) throw error;
    return new Promise(() => undefined);
  }
}
