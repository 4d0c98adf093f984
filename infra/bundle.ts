import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { deadOnLambda, notGranted } from './leftOut.ts';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A Lambda's code, ready to be uploaded: a folder that needs nothing outside itself. */
export interface Bundle {
  lambda: string;
  folder: string;
  /** What a cold start loads, in bytes: the entry, the world that its first call makes, and what both import at once. */
  coldBytes: number;
  /** All its code, minified, with what is loaded only when it is needed. */
  codeBytes: number;
  /** Everything that is uploaded, with the files that lie beside the code. */
  bytes: number;
}

/** Bundles every named Lambda into a folder of its own under `into`. */
export function bundleAll(lambdas: readonly string[], into: string): Promise<Bundle[]> {
  return Promise.all(lambdas.map((lambda) => bundle(lambda, join(into, lambda))));
}

/** What every bundle is: one minified ES module for Lambda's Node. */
export const asModule = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
  // CommonJS packages inside ask for Node's own modules by require. No minified name is as long as this one.
  banner: {
    js: "import{createRequire as requireOfNode}from'node:module';const require=requireOfNode(import.meta.url);",
  },
} satisfies BuildOptions;

/**
 * One Lambda as ES modules. What it imports lazily (the clients of AWS services) becomes chunks beside the entry,
 * so that a cold start reads only what it runs. Same sources, same bytes: names carry content hashes.
 */
async function bundle(lambda: string, folder: string): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: `lambdas/${lambda}/${lambda}Handler.ts` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    ...asModule,
    splitting: true,
    metafile: true,
    plugins: [notGranted(lambda), deadOnLambda, filesBesideCode(folder)],
  });
  const codeBytes = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  return { lambda, folder, coldBytes: coldBytesOf(metafile.outputs), codeBytes, bytes: bytesIn(folder) };
}

const fileBesideCode = /new URL\(\s*(['"`])(\.[^'"`$]*)(?=[^)]*,\s*import\.meta\.url\s*,?\s*\))/g;

/**
 * Code that reads a file by `new URL('./inbox/…', import.meta.url)` finds it in the bundle too: the file, or the
 * whole folder when the name is made at run time, is copied to the same place below the bundle's root, and the
 * path is rewritten to begin there.
 */
function filesBesideCode(folder: string): Plugin {
  return {
    name: 'files-beside-code',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const contents = source.replace(fileBesideCode, (_whole, quote: string, beside: string) => {
          const place = relative(root, join(dirname(path), beside));
          cpSync(join(root, place), join(folder, place), { recursive: true });
          return `new URL(${quote}./${place}${beside.endsWith('/') ? '/' : ''}`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

function coldBytesOf(outputs: Metafile['outputs']): number {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const next of outputs[path]?.imports ?? []) if (next.kind === 'import-statement') load(next.path);
  };
  for (const path of Object.keys(outputs)) if (/\/(index|world-\w+)\.mjs$/.test(path)) load(path);
  return [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
