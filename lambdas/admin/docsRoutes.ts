import { z } from '@hono/zod-openapi';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { DairyShown, viewDairy } from './dairy.ts';
import { checkHealth, serveDocument, servePage, serveStyle } from './docs.ts';

/** What anybody may ask of the installation itself. */
export const docsDoors: AnyDoor[] = [
  door({
    name: 'checkHealth',
    summary: 'Whether the data store answers',
    who: 'public',
    http: { method: 'GET', path: '/health' },
    input: z.strictObject({}),
    answer: () => z.object({ status: z.literal('ok') }),
    run: checkHealth,
  }),
  door({
    name: 'viewDairy',
    summary: 'What a screen must know of the dairy before anybody has signed in',
    who: 'public',
    http: { method: 'GET', path: '/dairy' },
    input: z.strictObject({}),
    answer: DairyShown,
    run: viewDairy,
  }),
  door({
    name: 'serveDocument',
    summary: 'This API as an OpenAPI 3.1 document',
    who: 'public',
    http: { method: 'GET', path: '/openapi.json' },
    input: z.strictObject({}),
    answer: () => z.looseObject({ openapi: z.string().openapi({ example: '3.1.1' }) }),
    run: serveDocument,
  }),
  door({
    name: 'servePage',
    summary: 'This API as a page to read',
    who: 'public',
    http: { method: 'GET', path: '/docs', produces: 'text/html' },
    input: z.strictObject({}),
    answer: () => z.string(),
    run: servePage,
  }),
  door({
    name: 'serveStyle',
    summary: "The page's style",
    who: 'public',
    http: { method: 'GET', path: '/docs/docs.css', produces: 'text/css' },
    input: z.strictObject({}),
    answer: () => z.string(),
    run: serveStyle,
  }),
];
