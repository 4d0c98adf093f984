import { readFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { tables } from '../lambdas/tables.ts';
import { accessOf } from './access.ts';
import { root } from './bundle.ts';

const names = lambdas.map(({ name }) => name);

/** Lets esbuild leave out tables that no code of the bundle uses. */
const unusedTablesGo: Plugin = {
  name: 'unused-tables-go',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll('= defineTable(', '= /* @__PURE__ */ defineTable('),
    }));
  },
};

/** A Lambda's own code without what it never calls, names kept. */
async function codeOf(lambda: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { makeHandler } from './lambdas/${lambda}/${lambda}Handler.ts'; console.log(makeHandler);`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    plugins: [unusedTablesGo],
  });
  return outputFiles[0]?.text ?? '';
}

/** The tables that code names, each with the builders of writes it is given to. */
function deedsIn(code: string): Map<string, Set<string>> {
  const deeds = new Map<string, Set<string>>();
  for (const [, variable, table] of code.matchAll(/(\w+) = \/\* @__PURE__ \*\/ defineTable\(\s*"(\w+)"/g)) {
    const builders = code.matchAll(new RegExp(`\\b(create|put|update|remove)\\d*\\(\\s*${variable}\\b`, 'g'));
    deeds.set(table ?? '', new Set([...builders].map(([, builder]) => builder ?? '')));
  }
  return deeds;
}

describe.each(names)('the %s Lambda', (lambda) => {
  test('may touch exactly the tables that its code names', async () => {
    const { reads, appends, changes } = accessOf(lambda);
    const mayTouch = [...new Set([...reads, ...appends, ...changes])];
    expect(mayTouch.sort()).toEqual([...deedsIn(await codeOf(lambda)).keys()].sort());
  });

  test('may do to each table what its code does, and no more', async () => {
    const { appends, changes } = accessOf(lambda);
    const needs = { appends: [] as string[], changes: [] as string[] };
    for (const [table, deeds] of deedsIn(await codeOf(lambda))) {
      if (['put', 'update', 'remove'].some((deed) => deeds.has(deed))) needs.changes.push(table);
      else if (deeds.has('create')) needs.appends.push(table);
    }
    expect({ appends, changes }).toEqual({ appends: needs.appends.sort(), changes: needs.changes.sort() });
  });

  test('may read, put and remove files exactly in the folders where its code does', async () => {
    const deeds = { get: new Set(), put: new Set(), remove: new Set() };
    const calls = (await codeOf(lambda)).matchAll(/\bworld\d*\.files\.(get|put|remove)\((`(\w+)\/)?/g);
    for (const [, deed, , folder] of calls) deeds[deed as keyof typeof deeds].add(folder);
    const { readsFiles, putsFiles, removesFiles } = accessOf(lambda);
    expect({ readsFiles, putsFiles, removesFiles }).toEqual({
      readsFiles: [...deeds.get],
      putsFiles: [...deeds.put],
      removesFiles: [...deeds.remove],
    });
  });

  test('has the keys of the payment provider exactly if it asks it', async () => {
    const asks = /\bworld\d*\.payments\.\w+\(/.test(await codeOf(lambda));
    expect(accessOf(lambda).asksProvider).toBe(asks);
  });

  test('carries Dynamoose exactly if it goes to rows through it', async () => {
    const uses = /\bworld\d*\.models\.\w+\(/.test(await codeOf(lambda));
    expect(accessOf(lambda).usesDynamoose).toBe(uses);
  });

  test('does something with logins exactly if its code does more with an identity than verify its token', async () => {
    const does = /\bworld\d*\.identity\.(?!verify\b|keySet\b)\w+/.test(await codeOf(lambda));
    expect(accessOf(lambda).logins.length > 0).toBe(does);
  });

  test('sends mails and text messages exactly if its code does', async () => {
    const sends = /\bworld\d*\.(mailer|sms)\.send\(/.test(await codeOf(lambda));
    expect(accessOf(lambda).sends).toBe(sends);
  });
});

test('Nobody may touch a table that does not exist, and every table has somebody who writes it', () => {
  const all = names.map(accessOf);
  const existing = new Set(tables.map(({ name }) => name));
  for (const { reads, appends, changes } of all) {
    for (const table of [...reads, ...appends, ...changes]) expect(existing).toContain(table);
  }
  const written = new Set(all.flatMap(({ appends, changes }) => [...appends, ...changes]));
  expect([...written].sort()).toEqual([...existing].sort());
});

test('What the books say can be added to by those who move money, and altered by nobody', () => {
  for (const lambda of names) {
    for (const book of ['Ledger', 'Audit', 'Outbox']) expect(accessOf(lambda).changes).not.toContain(book);
  }
});

test('A Lambda that nobody has thought about gets nothing', () => {
  expect(() => accessOf('stranger')).toThrow(/stranger/);
});
