// Builds the screens (web/) into web/dist, each door a folder of static files with a compressed copy of every text.
// Builds nothing when nothing changed since the last time.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { screenDoors } from '../shared/http/pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'web', 'dist');
const stampFile = join(dist, '.built');

const stamp = stampOf();
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) process.exit(0);
console.error('Building the screens …');
for (const door of screenDoors) {
  process.env.DOOR = door;
  await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn' });
  if (existsSync(join(root, 'web', door, 'sw.ts'))) await keepOffline(door);
  compress(join(dist, door));
}
writeFileSync(stampFile, stamp);

/** What the screens are made from. */
function stampOf(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = globSync('web/**/*', {
    cwd: root,
    exclude: (path) => path === 'web/dist' || path === 'dist',
  });
  for (const file of files.sort()) {
    if (file.startsWith('web/dist') || !statSync(join(root, file)).isFile()) continue;
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * What makes a door open without signal: its manifest, and a service worker that knows each of its files. An asset's name
 * says what is in it; whatever else there is has the hash of its text as its revision.
 */
async function keepOffline(door: string): Promise<void> {
  const folder = join(dist, door);
  copyFileSync(join(root, 'web', door, 'manifest.webmanifest'), join(folder, 'manifest.webmanifest'));
  const files = globSync('**/*.{js,css,html,svg,png,woff2,webmanifest}', { cwd: folder }).sort();
  const listed = files.map((file) => ({
    url: `/${door}/${file}`,
    revision: file.startsWith('assets/')
      ? null
      : createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')
          .slice(0, 16),
  }));
  await build({
    configFile: false,
    root: join(root, 'web', door),
    publicDir: false,
    logLevel: 'warn',
    define: { DOOR_FILES: JSON.stringify(listed), 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      lib: {
        entry: join(root, 'web', door, 'sw.ts'),
        formats: ['iife'],
        name: 'sw',
        fileName: () => 'sw.js',
      },
    },
  });
}

function compress(folder: string): void {
  for (const file of globSync('**/*.{js,css,html,svg,json,webmanifest}', { cwd: folder })) {
    const path = join(folder, file);
    const text = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    );
  }
}
