import { useSyncExternalStore } from 'react';
import type { Doors } from './doors.gen.ts';

type Tokens = Doors['POST /user/login']['output'];

/** Who is signed in on this device. */
export interface Session {
  userId: string;
  role: Tokens['role'];
  refreshToken: string;
  /** Of a refresh that was begun and whose answer has not come: it is asked again with it. */
  retryKey?: string;
}

/** A minute before its end a token is not used any more. */
const EARLY_MS = 60_000;
/** A refresh without an answer for so long is given up, and made again by whoever needs a token next. */
const ANSWER_MS = 30_000;
const KEY = `milkfloat.session.${location.pathname.split('/')[1] || 'shop'}`;

// The access token lives in memory only. The refresh token is kept, because a household signs in once, not each morning;
// other origins cannot read it, and each use makes it void.
let access: { token: string; endsAt: number } | undefined;
let kept = read();
const listeners = new Set<() => void>();

function read(): Session | undefined {
  try {
    const text = localStorage.getItem(KEY);
    return text ? (JSON.parse(text) as Session) : undefined;
  } catch {
    return undefined;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

// Another tab signed in, out, or took a new refresh token.
addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  const next = read();
  if (next?.userId !== kept?.userId) access = undefined;
  kept = next;
  tell();
});

export function currentSession(): Session | undefined {
  return kept;
}

export function useSession(): Session | undefined {
  return useSyncExternalStore(subscribe, currentSession);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begins a session with what a login answered. */
export function beginSession({ token, expiresIn, refreshToken, userId, role }: Tokens): void {
  access = { token, endsAt: Date.now() + expiresIn * 1000 };
  keep({ userId, role, refreshToken });
  tell();
}

function keep(session: Session): void {
  kept = session;
  localStorage.setItem(KEY, JSON.stringify(session));
}

/** Forgets the session on this device. */
export function endSession(): void {
  access = undefined;
  kept = undefined;
  localStorage.removeItem(KEY);
  tell();
}

/** A valid access token, renewed when it must be; undefined when nobody is signed in or the session has ended. */
export async function accessToken({ fresh = false } = {}): Promise<string | undefined> {
  if (!kept) return undefined;
  if (!fresh && access && access.endsAt - EARLY_MS > Date.now()) return access.token;
  const before = access?.token;
  // One tab at a time: a refresh token that is used twice ends the session.
  return navigator.locks.request(`${KEY}.refresh`, async () => {
    if (access && access.token !== before && access.endsAt - EARLY_MS > Date.now()) return access.token;
    kept = read();
    return kept ? renew(kept) : undefined;
  });
}

async function renew(session: Session): Promise<string | undefined> {
  const { refreshToken, retryKey = crypto.randomUUID() } = session;
  // Kept before it is used: an answer that is lost, or a page that is closed before it comes, does not end the session.
  if (!session.retryKey) keep({ ...session, retryKey });
  let response: Response;
  let tokens: Tokens | undefined;
  try {
    response = await fetch('/user/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken, retryKey }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    tokens = response.ok ? ((await response.json()) as Tokens) : undefined;
  } catch {
    // Out of reach: the session is not over, and the call itself says that it could not be made.
    return access?.token;
  }
  // Who has signed out meanwhile stays so.
  if (read()?.refreshToken !== refreshToken) return undefined;
  if (response.status === 401 || response.status === 422) {
    endSession();
    return undefined;
  }
  if (tokens) beginSession(tokens);
  return access?.token;
}
