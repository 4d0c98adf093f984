import { randomUUID } from 'node:crypto';
import { glob, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Files } from '#shared/ports/ports.ts';

const types: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
};
const NAME = /^[a-z0-9-]+(\/[A-Za-z0-9_-]+)*\.[a-z0-9]+$/;

/** Files in a folder of this machine; a file is whole or not there, also after a crash. */
export function makeFiles(folder: string): Files {
  const pathOf = (name: string) => {
    if (!NAME.test(name)) throw new TypeError(`"${name}" is not a file name`);
    return join(folder, name);
  };
  return {
    async put(name, body) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true });
      const half = `${path}.${randomUUID()}.part`;
      const file = await open(half, 'w');
      try {
        await file.writeFile(body);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, path);
    },
    async get(name) {
      if (!NAME.test(name)) return undefined;
      try {
        const body = await readFile(pathOf(name));
        return { body, contentType: types[extname(name)] ?? 'application/octet-stream' };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
    async *names() {
      for await (const found of glob('**/*.*', { cwd: folder })) {
        const name = found.replaceAll('\\', '/');
        // Not what is half written.
        if (NAME.test(name)) yield name;
      }
    },
  };
}
