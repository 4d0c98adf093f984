import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpDairy, httpDairy } from './dairy.ts';

/** Papers on their way to a household: by this machine's HTTP, and as API Gateway wants them. */
let dairy: HttpDairy;
beforeAll(async () => {
  dairy = await httpDairy();
});
afterAll(() => dairy?.close());

const path = '/payment/statement';
const query = 'month=2027-01&format=pdf';

test('A household that asks for its statement as PDF gets the bytes of one, named for the month', async () => {
  const headers = { authorization: `Bearer ${dairy.who.customer.token}` };
  const response = await dairy.app.request(`${path}?${query}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="statement-2027-01.pdf"');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.subarray(-8).toString()).toContain('%%EOF');
});

test('Through API Gateway the bytes travel as base64, which it turns back; a CSV travels as text', async () => {
  const ask = async (rawQueryString: string) =>
    (await dairy.t.handlerOf('payment')({
      version: '2.0',
      routeKey: `GET ${path}`,
      rawPath: path,
      rawQueryString,
      headers: { host: 'dairy.example', authorization: `Bearer ${dairy.who.customer.token}` },
      requestContext: { http: { method: 'GET', path, sourceIp: '203.0.113.7' }, domainName: 'dairy.example' },
      isBase64Encoded: false,
    })) as { statusCode: number; body: string; isBase64Encoded: boolean };
  const pdf = await ask(query);
  expect(pdf).toMatchObject({ statusCode: 200, isBase64Encoded: true });
  expect(Buffer.from(pdf.body, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  const csv = await ask('month=2027-01&format=csv');
  expect(csv).toMatchObject({ statusCode: 200, isBase64Encoded: false });
  expect(csv.body).toMatch(/^day,at,kind,/);
});
