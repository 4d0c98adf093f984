import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Meta } from '#shared/data/meta.ts';
import { StoreError } from '#shared/data/wire.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { JsonText, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { type ApiDocument, docsPage } from './rules/docsPage.ts';
import { docsStyle } from './rules/docsStyle.ts';

const HEALTHY_WITHIN_MS = 2_000;
const shortly = { 'cache-control': 'public, max-age=300' };

/** Whether the store answers a cheap read in time. */
export async function checkHealth(world: World) {
  const reading = world.store.get(Meta, { metaId: 'schema' }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem || error instanceof StoreError) return false;
      throw error;
    },
  );
  const answers = await Promise.race([reading, sleep(HEALTHY_WITHIN_MS, false, { ref: false })]);
  if (answers) return { status: 'ok' as const };
  return refuse('UNAVAILABLE', 'The data store does not answer.', { retryAfterSeconds: 5 });
}

let documentText: string | undefined;
let page: string | undefined;

/** The OpenAPI document that tools/docs.ts wrote, read at the first request for it. */
export async function serveDocument() {
  const text = readDocument();
  return text instanceof Problem ? text : new Reply(new JsonText(text), { headers: shortly });
}

/** The same document as a page. */
export async function servePage() {
  const text = readDocument();
  if (text instanceof Problem) return text;
  page ??= await docsPage(JSON.parse(text) as ApiDocument);
  return new Reply(page, {
    contentType: 'text/html; charset=utf-8',
    headers: {
      ...shortly,
      'content-security-policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}

export async function serveStyle() {
  return new Reply(docsStyle, { contentType: 'text/css; charset=utf-8', headers: shortly });
}

function readDocument(): string | Problem {
  try {
    documentText ??= readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    return documentText;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return refuse('UNAVAILABLE', 'The document was not made; `npm run docs` makes it.', { cause: error });
  }
}
