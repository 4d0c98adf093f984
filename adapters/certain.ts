/** What a client of AWS or of SMTP says when it could not hand a message over. */
interface Failure {
  code?: string;
  originalCode?: string;
  /** AWS: the answer's HTTP status. */
  $metadata?: { httpStatusCode?: number };
  /** SMTP: the server's reply; it begins with 4 or 5, and either way the message is not taken. */
  responseCode?: number;
  /** SMTP: which wait was too long. */
  timeoutType?: string;
}

/** Error codes of a conversation that ended before the message: not a byte of it left this machine. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EDNS',
  'ETLS',
  'EAUTH',
  'EENVELOPE',
]);

/**
 * A message handed to a carrier once, with the promise of the ports: it throws only when it is certain that
 * nothing was sent, because the carrier said so (AWS: 4xx) or was never reached. Of anything else (an answer that got
 * lost, a 5xx of AWS) nobody can tell; that never answers, and whoever waits writes UNKNOWN down when his patience
 * ends. Clients that are used with it must not repeat a request by themselves (`maxAttempts: 1`).
 */
export async function certain<A>(handed: Promise<A>): Promise<A> {
  try {
    return await handed;
  } catch (error) {
    if (wasNotSent(error as Failure)) throw error;
    return new Promise(() => undefined);
  }
}

function wasNotSent({ code, originalCode, $metadata, responseCode, timeoutType }: Failure): boolean {
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status < 500;
  if (responseCode !== undefined) return true;
  // Once connected and greeted, SMTP's client does not tell how far it came.
  if (timeoutType !== undefined) return timeoutType !== 'SOCKET_TIMEOUT';
  return [code, originalCode].some((one) => one !== undefined && unsent.has(one));
}
