import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { accessOf } from './access.ts';

/**
 * Clients of services that a Lambda has no right to use are not in its bundle either: least privilege for code. Whoever
 * asks for one all the same is told so, before anything is sent.
 */
export function notGranted(lambda: string): Plugin {
  const { readsFiles, putsFiles, removesFiles, logins, sends, asksProvider, usesDynamoose } =
    accessOf(lambda);
  const granted: Record<string, boolean> = {
    './sdk/s3.ts': [readsFiles, putsFiles, removesFiles].some((folders) => folders.length > 0),
    './sdk/cognito.ts': logins.length > 0,
    './sdk/ses.ts': sends,
    './sdk/sms.ts': sends,
    './dynamoose.ts': usesDynamoose,
    stripe: asksProvider,
    // The gateway counts requests on AWS.
    'rate-limiter-flexible': false,
  };
  return {
    name: 'not-granted',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(\.\/(sdk\/\w+|dynamoose)\.ts|stripe|rate-limiter-flexible)$/ }, ({ path }) =>
        granted[path] === false ? { path, namespace: 'not-granted' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'not-granted' }, ({ path }) => {
        const why = `the Lambda ${lambda} carries no ${path}, because infra/access.ts does not say that it uses it`;
        return { contents: `throw new Error(${JSON.stringify(why)});` };
      });
    },
  };
}

/** Parts of libraries that do nothing for us on Lambda, each with what stands there instead. */
const instead: [file: RegExp, contents: string | ((source: string) => string)][] = [
  // zod's messages in fifty languages; what callers are told is in our own words.
  [/\/zod\/v4\/locales\/index\.js$/, "export { default as en } from './en.js';"],
  // No schema of ours is made from JSON Schema.
  [/\/zod\/v4\/classic\/from-json-schema\.js$/, 'export const fromJSONSchema = undefined;'],
  // A Lambda's credentials come by its environment, and from nowhere else that the SDK would look.
  [
    /\/credential-provider-node\/dist-es\/index\.js$/,
    "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  ],
  // Tells browsers apart.
  [/\/node_modules\/bowser\//, 'export default undefined;'],
  // Node reads Brotli itself; fontkit brings a reader of its own, with its dictionary.
  [/\/brotli\/decompress\.js$/, "export { brotliDecompressSync as default } from 'node:zlib';"],
  // Of Stripe what a dairy has no use for: cards that it would issue, bank accounts, terminals, tests of these.
  [/\/stripe\/esm\/resources\/(TestHelpers|Issuing|Treasury|Terminal|Climate)\/.*\.js$/, emptyClasses],
];

function emptyClasses(source: string): string {
  return [...source.matchAll(/^export class (\w+)/gm)]
    .map(([, name]) => `export class ${name} {}`)
    .join('\n');
}

export const deadOnLambda: Plugin = {
  name: 'dead-on-lambda',
  setup({ onLoad }) {
    for (const [filter, contents] of instead) {
      onLoad({ filter }, ({ path }) => ({
        contents: typeof contents === 'string' ? contents : contents(readFileSync(path, 'utf8')),
        resolveDir: dirname(path),
      }));
    }
  },
};
