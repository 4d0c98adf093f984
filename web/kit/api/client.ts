import type { Doors } from './doors.gen.ts';
import { accessToken, endSession } from './session.ts';

export type DoorName = keyof Doors;
export type Input<N extends DoorName> = Doors[N]['input'];
export type Output<N extends DoorName> = Doors[N]['output'];

/** A refusal or fault of the API (RFC 9457), or that it could not be reached: code `OFFLINE`. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly errors: readonly { pointer: string; detail: string }[];
  readonly more: Readonly<Record<string, unknown>>;
  readonly requestId: string;

  constructor(status: number, body: Record<string, unknown>) {
    const { code, title, detail, errors, requestId, type: _, status: __, ...more } = body;
    super(String(detail ?? title ?? code));
    this.name = 'Refusal';
    this.code = String(code ?? 'INTERNAL');
    this.status = status;
    this.errors = Array.isArray(errors) ? errors : [];
    this.more = more;
    this.requestId = String(requestId ?? '');
  }

  /** Whether the same call may succeed later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface AskOptions {
  /** One effect, however often it is sent. A caller that may try again gives its own. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Calls a door by its method and path. Throws a Refusal. */
export async function ask<N extends DoorName>(
  name: N,
  input: Input<N>,
  options: AskOptions = {},
): Promise<Output<N>> {
  const response = await send(name, input, options);
  return (await arriving(response.json())) as Output<N>;
}

/** A page of a list, and the cursor of the next one. Throws a Refusal. */
export async function askPage<N extends DoorName>(
  name: N,
  input: Input<N>,
  options: AskOptions = {},
): Promise<{ rows: Output<N>; cursor: string | undefined }> {
  const response = await send(name, input, options);
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  const cursor = next ? new URL(next, location.origin).searchParams.get('cursor') : null;
  return { rows: (await arriving(response.json())) as Output<N>, cursor: cursor ?? undefined };
}

/** A door's answer as a file: CSV, PDF, a picture. Throws a Refusal. */
export async function askFile<N extends DoorName>(name: N, input: Input<N>): Promise<Blob> {
  return arriving((await send(name, input, {})).blob());
}

async function send(name: DoorName, input: unknown, options: AskOptions): Promise<Response> {
  const first = await sendOnce(name, input, options, await accessToken());
  if (first.ok) return first;
  const refusal = await refusalOf(first);
  if (refusal.code !== 'UNAUTHENTICATED') throw refusal;
  // The token may have ended before its time: once more with a new one, if the session still gives one.
  const token = await accessToken({ fresh: true });
  if (!token) throw refusal;
  const second = await sendOnce(name, input, options, token);
  if (second.ok) return second;
  const last = await refusalOf(second);
  if (last.code === 'UNAUTHENTICATED') endSession();
  throw last;
}

async function sendOnce(
  name: DoorName,
  input: unknown,
  { idempotencyKey, signal }: AskOptions,
  token: string | undefined,
): Promise<Response> {
  const [method = 'GET', path = '/'] = name.split(' ');
  const headers: Record<string, string> = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (method !== 'GET') headers['content-type'] = 'application/json';
  if (method === 'POST' || idempotencyKey) headers['idempotency-key'] = idempotencyKey ?? crypto.randomUUID();
  const url = method === 'GET' ? `${path}${queryOf(input)}` : path;
  const body = method === 'GET' ? undefined : JSON.stringify(input);
  return arriving(fetch(url, { method, headers, body, signal }));
}

/** An answer, or the part of it that is still on its way; out of reach, an OFFLINE refusal. */
async function arriving<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal(0, { code: 'OFFLINE', detail: 'Milkfloat cannot be reached.' });
  }
}

function queryOf(input: unknown): string {
  const given = Object.entries(input ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `?${query}` : '';
}

async function refusalOf(response: Response): Promise<Refusal> {
  try {
    return new Refusal(response.status, (await response.json()) as Record<string, unknown>);
  } catch {
    // Something on the way answered, not the API.
    return new Refusal(response.status, { code: response.status >= 500 ? 'UNAVAILABLE' : 'INTERNAL' });
  }
}
