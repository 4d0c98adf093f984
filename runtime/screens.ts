import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { pageHeaders, screenDoors } from '#shared/http/pages.ts';
import type { ScreenConfig } from '#shared/world.ts';

const folder = fileURLToPath(new URL('../web/dist', import.meta.url));
const YEAR_SECONDS = 31_536_000;

/** Serves the screens that `tools/web.ts` built, each under the path of its door; / leads to the shop. */
export function serveScreens(app: Hono, config: ScreenConfig): void {
  app.get('/', (c) => c.redirect('/shop/'));
  const headers = pageHeaders(config);
  for (const door of screenDoors) {
    const index = join(folder, door, 'index.html');
    if (!existsSync(index)) continue;
    app.get(`/${door}`, (c) => c.redirect(`/${door}/`));
    app.use(`/${door}/*`, etag(), async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      // The name of an asset says what is in it; whatever else is served may be another with the next release.
      const stays = c.req.path.startsWith(`/${door}/assets/`) && c.res.status < 400;
      c.header('cache-control', stays ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    });
    const served = { root: folder, precompressed: true };
    app.get(`/${door}/assets/*`, serveStatic(served), (c) => c.notFound());
    app.get(`/${door}/*`, serveStatic(served));
    // Every other path of a door is one of its pages.
    app.get(`/${door}/*`, serveStatic({ ...served, path: join(door, 'index.html') }));
  }
}
