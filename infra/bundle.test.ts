import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { extractText } from 'unpdf';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { refusal, standIn } from '../adapters/aws/testing.ts';
import { lambdas } from '../lambdas/all.ts';
import { tables } from '../lambdas/tables.ts';
import { Users } from '../lambdas/user/models/User.ts';
import { startEngine } from '../runtime/engine.ts';
import { fitSchema } from '../runtime/schema.ts';
import { Store } from '../shared/data/store.ts';
import { openWire } from '../shared/data/wire.ts';
import { create } from '../shared/data/write.ts';
import type { LambdaHandler } from '../shared/lambda.ts';
import { accessOf } from './access.ts';
import { bundleAll, root } from './bundle.ts';

/** Node's own loader, not the test runner's: the bundle shall run as it is. */
const load = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-bundles-'));
const names = lambdas.map(({ name }) => name);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const handlers = new Map<string, LambdaHandler>();
const closing: (() => Promise<unknown>)[] = [];
let store: Store;
let secretAway = false;

/** The bundles as they are uploaded, far from node_modules, beside the embedded engine and stand-ins for AWS. */
beforeAll(async () => {
  const engine = await startEngine({ dataDir: folder, log: quiet });
  const credentials = () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
  const wire = openWire({ region: 'ap-south-1', endpoint: engine.endpoint, credentials });
  store = new Store(wire);
  await fitSchema(store, tables, quiet);
  const secrets = await standIn(() =>
    secretAway ? refusal('ResourceNotFoundException') : { body: { SecretString: 's'.repeat(64) } },
  );
  const bucket = await standIn(({ operation }) => {
    if (operation.startsWith('GET /files/images/milk.svg')) {
      return { body: '<svg/>', headers: { 'content-type': 'image/svg+xml' } };
    }
    const body = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>gone</Message></Error>';
    return { status: 404, body, headers: { 'content-type': 'application/xml' } };
  });
  closing.push(
    () => wire.close(),
    () => engine.stop(),
    () => secrets.close(),
    () => bucket.close(),
  );
  for (const [name, value] of Object.entries({
    AWS_REGION: 'ap-south-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_S3: bucket.url,
    SECRET_NAME: 'milkfloat/secret',
    USER_POOL_ID: 'ap-south-1_test',
    USER_POOL_CLIENT_ID: 'functions',
    FILES_BUCKET: 'files',
    MAIL_FROM: 'milk@dairy.example',
    SMS_ORIGINATION: 'arn:aws:sms-voice:ap-south-1:1:sender-id/MLKFLT/IN',
    PUBLIC_URL: 'https://dairy.example',
    PASSWORD_POLICY: 'strict',
  })) {
    vi.stubEnv(name, value);
  }
  vi.spyOn(console, 'info').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  for (const bundle of await bundleAll(names, folder)) {
    const { handler } = load(join(bundle.folder, 'index.mjs'));
    handlers.set(bundle.lambda, handler);
  }
});
afterAll(async () => {
  for (const close of closing) await close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function invoke<A>(lambda: string, event: object): Promise<A> {
  return handlers.get(lambda)?.(event, {}) as Promise<A>;
}

/** A request as API Gateway's HTTP API hands it on (payload 2.0). */
function get(lambda: string, path: string, query = '') {
  return invoke<{ statusCode: number; headers: Record<string, string>; body: string }>(lambda, {
    version: '2.0',
    routeKey: `GET ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'dairy.example' },
    requestContext: { http: { method: 'GET', path, sourceIp: '203.0.113.7' }, domainName: 'dairy.example' },
    isBase64Encoded: false,
  });
}

/** A bundle's files of code that hold a text. */
function filesWith(lambda: string, text: string): string[] {
  const of = join(folder, lambda);
  const code = readdirSync(of).filter((name) => name.endsWith('.mjs'));
  return code.map((name) => join(of, name)).filter((path) => readFileSync(path, 'utf8').includes(text));
}

test('Each of the nine bundles can be loaded by itself and is entered by its handler', () => {
  expect([...handlers.keys()]).toEqual(names);
  for (const handler of handlers.values()) expect(handler).toBeTypeOf('function');
});

test('A cold start does not read Stripe’s SDK: it lies apart, and is asked for by whoever charges a card', () => {
  const [sdk = '', ...others] = filesWith('payment', 'api.stripe.com');
  expect(others).toEqual([]);
  const named = (how: string) => filesWith('payment', `${how}"./${basename(sdk)}"`).length;
  expect([named('from'), named('import('), named('import')]).toEqual([0, 1, 0]);
});

/** What only the code of a client has in it, and who may use that client. */
const clients: [mark: string, isGranted: (access: ReturnType<typeof accessOf>) => boolean][] = [
  ['AmazonS3', (may) => [may.readsFiles, may.putsFiles, may.removesFiles].flat().length > 0],
  ['AWSCognitoIdentityProviderService', (may) => may.logins.length > 0],
  ['SimpleEmailService_v2', (may) => may.sends],
  ['sms-voice.', (may) => may.sends],
  ['saveUnknown', (may) => may.usesDynamoose],
  ['api.stripe.com', (may) => may.asksProvider],
];

test.each(clients)('Exactly the Lambdas that may use it carry the client known by %s', (mark, isGranted) => {
  const carriers = names.filter((lambda) => filesWith(lambda, mark).length > 0);
  expect(carriers).toEqual(names.filter((lambda) => isGranted(accessOf(lambda))));
});

test('A function that asks for a client it does not carry is told so', async () => {
  const [stub = ''] = filesWith('cart', 'carries no ./sdk/s3.ts');
  await expect(import(stub)).rejects.toThrow(/the Lambda cart carries no .\/sdk\/s3\.ts.*infra\/access\.ts/);
});

test('Of Stripe a bundle carries every call that our adapter makes', async () => {
  const adapter = join(root, 'adapters/stripe');
  const code = readdirSync(adapter).map((name) => readFileSync(join(adapter, name), 'utf8'));
  const calls = new Set(code.join('\n').match(/(?<=\bstripe\.)\w+\.\w+(?=\()/g));
  expect(calls.size).toBeGreaterThan(5);
  const [sdk = ''] = filesWith('payment', 'api.stripe.com');
  const stripe = new (load(sdk).default)('sk_test_bundle');
  for (const call of calls) {
    const [resource = '', verb = ''] = call.split('.');
    expect(stripe[resource][verb], call).toBeTypeOf('function');
  }
});

test('A household that looks at the products is answered by the bundle alone', async () => {
  const answer = await get('product', '/product/list');
  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toEqual([]);
  expect(answer.headers['x-request-id']).toBeTruthy();
});

test('A picture comes out of the bucket through the bundle, with the credentials of its environment', async () => {
  const picture = await get('product', '/product/image', 'file=milk.svg');
  expect(picture.statusCode).toBe(200);
  expect(picture.headers['content-type']).toBe('image/svg+xml');
  expect(picture.body).toContain('<svg/>');
  expect((await get('product', '/product/image', 'file=gone.svg')).statusCode).toBe(404);
});

test('A household sees its profile, which the bundle reads through Dynamoose', async () => {
  const user = { userId: 'U102', name: 'Asha', role: 'customer' as const, active: true, version: 1 };
  await store.write(create(Users, { ...user, createdAt: '2026-01-04T04:30:00.000Z' }));
  const actor = { userId: 'U102', role: 'customer' };
  const call = { function: 'viewProfile', actor, payload: {} };
  expect(await invoke('user', call)).toMatchObject({ userId: 'U102', name: 'Asha' });
});

test('A function that could not have its secret at one call serves the household at the next', async () => {
  secretAway = true;
  await expect(get('cart', '/cart/view')).rejects.toThrow(/ResourceNotFound/);
  secretAway = false;
  expect((await get('cart', '/cart/view')).statusCode).toBe(401);
});

test('Files that lie beside the code are in the bundle where the code looks for them', async () => {
  const page = await get('notification', '/inbox');
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<!doctype html');
  const document = await get('admin', '/openapi.json');
  expect(document.statusCode).toBe(200);
  expect(JSON.parse(document.body).openapi).toMatch(/^3\.1\./);
});

test('A household gets its statement as PDF from the bundle, with the fonts that lie in it', async () => {
  const user = { userId: 'U101', name: 'श्रीमती शर्मा', role: 'customer' as const, active: true, version: 1 };
  await store.write(create(Users, { ...user, createdAt: '2026-01-04T04:30:00.000Z' }));
  const payload = { month: '2026-01', format: 'pdf' };
  const actor = { userId: 'U101', role: 'customer' };
  const pdf = await invoke<string>('payment', { function: 'viewStatement', actor, payload });
  const { text } = await extractText(new Uint8Array(Buffer.from(pdf, 'base64')), { mergePages: true });
  expect(text).toContain('January 2026');
  expect(text).toContain('मती');
  expect(text.replaceAll('₹ ', '₹')).toContain('₹0.00');
  const withPdf = filesWith('payment', 'FontDescriptor').map((path) => basename(path));
  // A cold start does not read it.
  expect(withPdf.length).toBeGreaterThan(0);
  expect(withPdf.filter((name) => name.startsWith('index') || name.startsWith('world'))).toEqual([]);
});
