import { type HttpEventOptions, httpEvent } from '#runtime/testEvents.ts';
import type { TestWorld } from '#runtime/testWorld.ts';
import { type DairyEvent, Outbox } from '#shared/events/event.ts';
import type { Actor } from '#shared/ports/ports.ts';

/** The events of an entity that were published so far, by version. */
export async function eventsOf(dairy: TestWorld, entityId: string): Promise<DairyEvent[]> {
  const events: DairyEvent[] = [];
  for await (const row of dairy.world.store.scan(Outbox)) {
    if (row.event.entityId === entityId) events.push(row.event as DairyEvent);
  }
  return events.sort((a, b) => a.entityVersion - b.entityVersion);
}

/** A token as a login gives it. */
export async function tokenOf(dairy: TestWorld, { userId, role }: Actor): Promise<string> {
  const { token } = await dairy.world.identity.issue({ userId, role, sessionId: `SN${userId}` });
  return token;
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  text: string;
}

/** A request to a Lambda as API Gateway hands it over. */
export async function request(
  dairy: TestWorld,
  lambda: string,
  [method, path]: [string, string],
  options: HttpEventOptions = {},
): Promise<HttpAnswer> {
  const answer = (await dairy.handlerOf(lambda)(httpEvent(method, path, options))) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
    isBase64Encoded: boolean;
  };
  const { statusCode, headers, body, isBase64Encoded } = answer;
  return { statusCode, headers, text: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body };
}
