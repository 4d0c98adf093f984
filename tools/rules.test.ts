import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { lambdas } from '#lambdas/all.ts';
import { tables } from '#lambdas/tables.ts';
import { problems } from '#shared/domain/problem.ts';
import { catalogue, eventTypes } from '#shared/events/catalogue.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { timers } from '#shared/events/timers.ts';
import { formsOf } from '../e2e/wrongs.ts';
import {
  filesUnder,
  type Import,
  importsOf,
  isTest,
  lineAt,
  places,
  readText,
  root,
  type Source,
  sources,
  targetOf,
} from './source.ts';

/** Left to right: models and rules import only their own Lambda's and those further left. */
const order = [
  'user',
  'product',
  'cart',
  'order',
  'payment',
  'delivery',
  'notification',
  'analytics',
  'admin',
];

const files = sources();
const program = files.filter(({ path }) => !isTest(path));
const inFolder = (folder: string) => program.filter(({ path }) => path.startsWith(`${folder}/`));

/** A file's place in the house: its Lambda, if it is in one, and what kind of file it is there. */
function roomOf(path: string) {
  const [, lambda = '', rest = ''] = /^lambdas\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const kind = /^(models|rules)\//.exec(rest)?.[1] ?? /(Handler|Routes)\.ts$/.exec(rest)?.[1] ?? 'controller';
  return { lambda, kind };
}

type Check = (imported: {
  source: Source;
  target: string;
  room: ReturnType<typeof roomOf>;
  import: Import;
}) => string | undefined;

/** What is wrong with the imports of some files, as `path:line why`. */
function wrongImports(within: readonly Source[], check: Check): string[] {
  return within.flatMap((source) =>
    importsOf(source).flatMap((one) => {
      const target = targetOf(source.path, one.from);
      const why = check({ source, target, room: roomOf(target), import: one });
      return why === undefined ? [] : [`${source.path}:${one.line} ${why}`];
    }),
  );
}

describe('Who may import whom', () => {
  test('The shared house imports nothing that stands on it', () => {
    const above = /^(lambdas|adapters|runtime|infra|e2e|bench|tools)\//;
    const wrong = wrongImports(inFolder('shared'), ({ target }) =>
      above.test(target) ? `imports ${target}` : undefined,
    );
    expect(wrong).toEqual([]);
  });

  test('The nine Lambdas stand in the order in which models may import each other', () => {
    expect(lambdas.map(({ name }) => name)).toEqual(order);
  });

  test('Models and rules import shared, their own folder, and models and rules to their left', () => {
    const within = inFolder('lambdas').filter(({ path }) => /\/(models|rules)\//.test(path));
    const wrong = wrongImports(within, ({ source, target, room }) => {
      if (!target.startsWith('lambdas/'))
        return /^(adapters|runtime)\//.test(target) ? `imports ${target}` : undefined;
      if (room.kind !== 'models' && room.kind !== 'rules') return `imports ${target}, a ${room.kind} file`;
      const isLeft = order.indexOf(room.lambda) <= order.indexOf(roomOf(source.path).lambda);
      return isLeft ? undefined : `imports ${target}, which is to its right`;
    });
    expect(wrong).toEqual([]);
  });

  test('A controller imports models and rules of other Lambdas, and nothing else of them', () => {
    const within = inFolder('lambdas').filter(({ path }) => roomOf(path).lambda !== '');
    const wrong = wrongImports(within, ({ source, target, room }) => {
      if (room.lambda === '' || room.lambda === roomOf(source.path).lambda) return undefined;
      return room.kind === 'models' || room.kind === 'rules'
        ? undefined
        : `imports ${target} of another Lambda`;
    });
    expect(wrong).toEqual([]);
  });

  test('Routes are known to handlers and to other routes of their Lambda only', () => {
    const within = inFolder('lambdas').filter(({ path }) => roomOf(path).lambda !== '');
    const wrong = wrongImports(within, ({ source, room, target }) => {
      const mayKnow = ['Handler', 'Routes'].includes(roomOf(source.path).kind);
      return room.kind === 'Routes' && !mayKnow ? `imports ${target}` : undefined;
    });
    expect(wrong).toEqual([]);
  });

  test('The model that lives are compared with knows nothing of the code', () => {
    const within = files.filter(({ path }) => path.startsWith('runtime/lives/model/'));
    const wrong = wrongImports(within, ({ target }) =>
      /^(runtime\/lives\/model\/|temporal-polyfill$)/.test(target) ? undefined : `imports ${target}`,
    );
    expect(within.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  test('Only the Lambdas’ handlers know the adapters of AWS, and who moves a dairy there', () => {
    const within = program.filter(
      ({ path }) =>
        roomOf(path).kind !== 'Handler' &&
        !path.startsWith('adapters/') &&
        path !== 'runtime/moving/places.ts',
    );
    const wrong = wrongImports(within, ({ target }) =>
      target.startsWith('adapters/aws/') ? `imports ${target}` : undefined,
    );
    expect(wrong).toEqual([]);
  });

  test('Only the runtime and tests know the adapters of one machine', () => {
    const within = program.filter(({ path }) => !/^(runtime|adapters)\//.test(path));
    const wrong = wrongImports(within, ({ target }) =>
      target.startsWith('adapters/local/') ? `imports ${target}` : undefined,
    );
    expect(wrong).toEqual([]);
  });

  test('Only the adapters of both worlds, the runtime and tests know the adapters that they share', () => {
    const within = program.filter(({ path }) => !/^(runtime|adapters)\//.test(path));
    const wrong = wrongImports(within, ({ target }) =>
      /^adapters\/(?!aws\/|local\/)/.test(target) ? `imports ${target}` : undefined,
    );
    const sideways = wrongImports(inFolder('adapters/stripe'), ({ target }) =>
      /^adapters\/(aws|local)\//.test(target) ? `imports ${target}` : undefined,
    );
    expect([...wrong, ...sideways]).toEqual([]);
  });

  test('Lambdas do not know the runtime, and adapters know ports and values only', () => {
    const wrong = [
      ...wrongImports(inFolder('lambdas'), ({ target }) =>
        target.startsWith('runtime/') ? `imports ${target}` : undefined,
      ),
      ...wrongImports(inFolder('adapters'), ({ target }) =>
        /^(lambdas|runtime)\//.test(target) ? `imports ${target}` : undefined,
      ),
    ];
    expect(wrong).toEqual([]);
  });

  test('Rules take values and give values: no port, no SDK, no clock, no chance, no files', () => {
    const within = inFolder('lambdas').filter(({ path }) => path.includes('/rules/'));
    const wrong = wrongImports(within, ({ target, import: { names } }) => {
      if (/^shared\/(ports\/|world\.ts|lambda\.ts|http\/(serve|door|rateLimit)\.ts)/.test(target))
        return `imports ${target}`;
      if (/^shared\/data\/(store|wire|commit|write|dynamoose|cached|revocation|idempotency)\.ts/.test(target))
        return `imports ${target}`;
      if (
        target === 'shared/data/settings.ts' &&
        names.some((name) => /^(settingsOf|forgetSettings)$/.test(name))
      )
        return 'reads settings';
      if (/^(@aws-sdk\/|dynamoose$|undici$|aws4$|nodemailer$|pino$|ulid$|stripe$)/.test(target))
        return `imports ${target}`;
      // A digest is a value that follows from a value.
      const isPure =
        target === 'node:crypto' &&
        names.every((name) => /^(createHash|createHmac|timingSafeEqual)$/.test(name));
      return target.startsWith('node:') && !isPure ? `imports ${target}` : undefined;
    });
    const impure =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\bTemporal\.Now\b|\bprocess\.|\bfetch\(|\bset(Timeout|Interval)\(|\bcrypto\./;
    expect([...wrong, ...within.flatMap((source) => places(source, impure, 'is not pure'))]).toEqual([]);
  });
});

describe('What code may do', () => {
  test('There is one clock: nobody in the Lambdas or shared asks the system for the time', () => {
    // Whether a zone's name is known is found out by trying it; the time that comes back is thrown away.
    const allowed = (finding: string) => finding.startsWith('shared/domain/day.ts:');
    const within = [...inFolder('lambdas'), ...inFolder('shared')];
    const asked = within.flatMap((source) => [
      ...places(source, /\bDate\.now\b/, 'asks the system for the time'),
      ...places(source, /\bnew Date\(\s*\)/, 'asks the system for the time'),
      ...places(source, /\bTemporal\.Now\b/, 'asks the system for the time').filter(
        (finding) => !allowed(finding),
      ),
    ]);
    expect(asked).toEqual([]);
  });

  test('Chance only spreads what is tried again; ids come from the one source of ids', () => {
    // Jitter of a bounded back-off.
    const allowed = ['shared/data/store.ts'];
    const within = [...inFolder('lambdas'), ...inFolder('shared')].filter(
      ({ path }) => !allowed.includes(path),
    );
    const found = within.flatMap((source) =>
      places(source, /\bMath\.random\b|\brandomUUID\b/, 'takes a random value'),
    );
    expect(found).toEqual([]);
  });

  test('No request reads a whole table', () => {
    const within = [...inFolder('lambdas'), ...inFolder('shared')].filter(
      ({ path }) => path !== 'shared/data/store.ts',
      'shared/data/prefixed.ts',
    );
    const found = within.flatMap((source) => [
      ...places(source, /\.scan\(/, 'reads a whole table'),
      ...places(source, /['"`](Scan|ParallelScan|ExecuteStatement)['"`]/, 'reads a whole table', 'bare'),
    ]);
    expect(found).toEqual([]);
  });

  test('Nobody reaches under the store to the wire, but for what the store has no word for', () => {
    // revocation: one map entry in one row, which no whole-attribute update can set. prefixed: a wire itself.
    const allowed = ['shared/data/store.ts', 'shared/data/prefixed.ts', 'shared/data/revocation.ts'];
    const within = [...inFolder('lambdas'), ...inFolder('shared')].filter(
      ({ path }) => !allowed.includes(path),
    );
    expect(within.flatMap((source) => places(source, /\bwire\s*\.call\b/, 'calls the wire'))).toEqual([]);
  });
});

describe('What files look like', () => {
  test('No file is longer than 450 lines', () => {
    const long = filesUnder()
      .filter((path) => /\.(ts|tsx|mjs|js|css|html)$/.test(path) && !path.endsWith('.gen.ts'))
      .map((path) => ({ path, lines: readText(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 450);
    expect(long.map(({ path, lines }) => `${path}:${lines} is too long`)).toEqual([]);
  });

  test('Nothing is left for later in the code', () => {
    expect(
      files.flatMap((source) =>
        places(source, /\b(TO[D]O|FIX[M]E|HA[C]K)\b/, 'leaves something for later', 'text'),
      ),
    ).toEqual([]);
  });

  test('Every Lambda has its handler, its routes, its controller and its models', () => {
    const missing = order.flatMap((name) => {
      const folder = `lambdas/${name}`;
      const wanted = ['Handler', 'Routes', 'Controller'].map((kind) => `${folder}/${name}${kind}.ts`);
      const lacking = wanted
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${path}:1 is missing`);
      const hasModel = program.some(({ path }) => path.startsWith(`${folder}/models/`)) || name === 'admin';
      return hasModel ? lacking : [...lacking, `${folder}/models:1 has no model`];
    });
    expect(missing).toEqual([]);
    const handlers = files.filter(({ path }) => roomOf(path).kind === 'Handler' && !isTest(path));
    expect(
      handlers.filter(({ code }) => !/export const makeHandler\b/.test(code)).map(({ path }) => path),
    ).toEqual([]);
  });

  test('Every exported function of shared says what it is for', () => {
    // Each of these is one line that says itself what it builds.
    const selfTold = ['shared/data/condition.ts'];
    const untold = inFolder('shared').flatMap(({ path, text, code }) => {
      if (selfTold.includes(path)) return [];
      const declared = /^export (?:(?:async )?function\*? \w+|const \w+ = (?:async )?(?:\([^)]*\)|\w+) =>)/gm;
      return [...code.matchAll(declared)]
        .filter((match) => !/\*\/\s*$/.test(text.slice(0, match.index)))
        .map((match) => `${path}:${lineAt(code, match.index)} has no doc comment: ${match[0].slice(0, 60)}`);
    });
    expect(untold).toEqual([]);
  });

  test('No file names a package registry or a folder of one machine', () => {
    const registry =
      /\bregistry\.[a-z0-9-]+\.(org|com|io|dev|net)\b|\bnpm\.pkg\.github\.com\b|\b(artifactory|nexus|verdaccio|codeartifact)\b|_auth(Token)?\s*=/i;
    const machine = /(?<![\w.$}])\/(work|home|Users|root|mnt|opt)\/\w|\b[A-Z]:\\\\?Users\b/;
    const found = filesUnder()
      .filter((path) =>
        /\.(ts|mjs|js|json|md|html|css|yml|yaml|npmrc)$|(^|\/)(run|\.gitignore|Dockerfile)$/.test(path),
      )
      .flatMap((path) => {
        const text = readText(path);
        const source: Source = { path, text, bare: text, code: text };
        return [
          ...places(source, registry, 'names a registry'),
          ...places(source, machine, 'names a folder of one machine'),
        ];
      });
    // This very list.
    expect(found.filter((finding) => !finding.startsWith('tools/rules.test.ts:'))).toEqual([]);
  });

  test('Git keeps every file the dairy is made of: what it ignores is only what is made anew', () => {
    const patterns = readText('.gitignore')
      .split('\n')
      .filter((line) => /^[^#\s]/.test(line));
    const hidden = patterns.flatMap((pattern) => {
      const isRooted = pattern.replace(/\/$/, '').includes('/');
      const folder = pattern.replace(/^\//, '').replace(/\/$/, '');
      const path = files.find((file) =>
        isRooted ? file.path.startsWith(`${folder}/`) : `/${file.path}`.includes(`/${folder}/`),
      );
      return path ? [`.gitignore:1 "${pattern}" hides ${path.path}`] : [];
    });
    expect(hidden).toEqual([]);
  });
});

describe('What tests look like', () => {
  const NAMED = /\b(?:test|it)(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;
  const suites = files.filter(({ path }) => /\.(test|journey)\.ts$/.test(path));

  /** The beginning of a test's sentence: the title of the group it is indented under, if there is one. */
  function beginningOf(text: string, at: number): string {
    const indented = text.slice(text.lastIndexOf('\n', at) + 1, at).length > 0;
    const groups = [...text.slice(0, at).matchAll(/\bdescribe\b[^\n]*?\(\s*(['"`])((?:(?!\1).)*)\1/g)];
    return indented ? (groups.at(-1)?.[2] ?? '') : '';
  }

  test('The name of a test is a sentence', () => {
    const begins = (text: string) => /^([A-Z0-9$%]|an? |the )/.test(text);
    const wrong = suites.flatMap(({ path, bare }) =>
      [...bare.matchAll(NAMED)]
        .map((match) => ({ at: match.index, name: (match[2] ?? '').trim() }))
        .filter(
          ({ at, name }) => name.split(/\s+/).length < 4 || !(begins(name) || begins(beginningOf(bare, at))),
        )
        .map(({ at, name }) => `${path}:${lineAt(bare, at)} is no sentence: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('No test is singled out or passed over', () => {
    const singled = /\b(?:test|it|describe|suite)\s*\.\s*(?:only|skip|todo|fails)\b/;
    expect(suites.flatMap((source) => places(source, singled, 'is not run like the others'))).toEqual([]);
  });

  test('Every suite has a test, and every test expects something', () => {
    const without = suites.filter(
      ({ bare, code }) => !bare.match(NAMED) || !/\bexpect\b|\bassert\b/.test(code),
    );
    expect(without.map(({ path }) => `${path}:1 tests nothing`)).toEqual([]);
  });
});

describe('What the tables promise', () => {
  const doors = lambdas.flatMap((lambda) => lambda.doors.map((door) => ({ lambda: lambda.name, door })));

  test('Every event of the catalogue is written by somebody', () => {
    const writers = inFolder('lambdas').filter(({ code }) => /\bhappened\(/.test(code));
    const unwritten = eventTypes.filter(
      (type) => !writers.some(({ bare }) => new RegExp(`(?<!(?:===|!==|case)\\s*)'${type}'`).test(bare)),
    );
    expect(unwritten.map((type) => `shared/events/catalogue.ts: ${type} is written by nobody`)).toEqual([]);
  });

  test('Every sample of an event has the shape that the catalogue promises', () => {
    const wrong = eventTypes.filter(
      (type) => !catalogue[type].data.strict().safeParse(catalogue[type].sample).success,
    );
    expect(wrong).toEqual([]);
  });

  test('Every consumer listens to events that exist, once, and has a door for them', () => {
    const wrong = subscriptions.flatMap(({ consumer, events }) => [
      ...events
        .filter((type) => !eventTypes.includes(type))
        .map((type) => `${consumer}: there is no ${type}`),
      ...events
        .filter((type, i) => events.indexOf(type) !== i)
        .map((type) => `${consumer}: ${type} is there twice`),
      ...(lambdas.find(({ name }) => name === consumer)?.consume ? [] : [`${consumer}: has no event door`]),
    ]);
    expect(wrong).toEqual([]);
    const listening = new Set<string>([...subscriptions.map(({ consumer }) => consumer), 'admin']);
    expect(
      lambdas.filter(({ name, consume }) => consume && !listening.has(name)).map(({ name }) => name),
    ).toEqual([]);
  });

  test('Every timer is a timer of its Lambda, and every Lambda’s timer is wound up', () => {
    const declared = lambdas.flatMap(({ name, timers: own }) =>
      Object.keys(own ?? {}).map((timer) => `${name} ${timer}`),
    );
    expect(timers.map(({ lambda, timer }) => `${lambda} ${timer}`).sort()).toEqual(declared.sort());
  });

  test('Every code of a refusal is used by somebody', () => {
    const users = [...inFolder('lambdas'), ...inFolder('shared')].filter(
      ({ path }) => path !== 'shared/domain/problem.ts',
    );
    const unused = Object.keys(problems).filter(
      (code) => !users.some(({ bare }) => bare.includes(`'${code}'`)),
    );
    expect(unused.map((code) => `shared/domain/problem.ts: ${code} is used by nobody`)).toEqual([]);
  });

  test('Every table that is declared is made', () => {
    const declared = files.flatMap(({ path, bare }) =>
      isTest(path) ? [] : [...bare.matchAll(/\bdefineTable\(\s*'(\w+)'/g)].map((match) => match[1] ?? ''),
    );
    expect(declared.sort()).toEqual(tables.map(({ name }) => name).sort());
  });

  test('Every door has a name and a way of its own', () => {
    const names = doors.map(({ door }) => door.name);
    const ways = doors.flatMap(({ door }) => (door.http ? [`${door.http.method} ${door.http.path}`] : []));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(ways.filter((way, i) => ways.indexOf(way) !== i)).toEqual([]);
  });

  test('Every door refuses fields it does not know, but for the providers’ messages', () => {
    const open = doors.filter(
      ({ door }) =>
        !door.http?.webhook &&
        !formsOf(door.input).every(
          (form) => form instanceof z.ZodObject && form.def.catchall instanceof z.ZodNever,
        ),
    );
    expect(open.map(({ lambda, door }) => `${lambda} ${door.name}`)).toEqual([]);
  });
});
