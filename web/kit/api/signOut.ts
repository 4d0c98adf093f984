import { ask } from './client.ts';
import { currentSession, endSession } from './session.ts';

/** Without an answer for so long the session ends on this device only: nobody waits for a signal to leave. */
const ANSWER_MS = 4_000;

/** Ends the session at the dairy, where that can be reached, and on this device in any case. */
export async function signOut(): Promise<void> {
  if (currentSession() && navigator.onLine) {
    const late = new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    await Promise.race([ask('POST /user/logout', {}).catch(() => undefined), late]);
  }
  endSession();
}
