import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { screenDoors } from '../shared/http/pages.ts';
import { synthesize } from './app.ts';
import { Settings } from './settings.ts';
import { apiPaths, pageFunction } from './web.ts';

/** What a test reads of a resource: any shape, looked into with care. */
// biome-ignore lint/suspicious/noExplicitAny: a template's resources have a schema of their own each.
type Properties = any;

const folder = mkdtempSync(join(tmpdir(), 'milkfloat-web-'));
let template: Template;
beforeAll(async () => {
  const settings = Settings.parse({ STRIPE_SECRET_NAME: 'milkfloat/stripe' });
  template = Template.fromStack((await synthesize(folder, settings)).stack);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const only = (type: string): Properties => {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
};

/** Whether a pattern of CloudFront takes a path. */
const takes = (pattern: string, path: string) =>
  pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

test('Every path of the API goes to the API, no page does, and the API never answers from a cache', () => {
  const { DistributionConfig: edge } = only('AWS::CloudFront::Distribution');
  const [files, api] = edge.Origins;
  expect(edge.DefaultCacheBehavior.TargetOriginId).toBe(files.S3OriginConfig ? files.Id : api.Id);
  const patterns = edge.CacheBehaviors.map((one: Properties) => one.PathPattern);
  expect(patterns.sort()).toEqual(apiPaths(lambdas));
  // What one distribution may have.
  expect(patterns.length).toBeLessThanOrEqual(25);
  const paths = lambdas.flatMap(({ doors }) => doors.flatMap(({ http }) => (http ? [http.path] : [])));
  for (const path of paths) expect(patterns.some((one: string) => takes(one, path))).toBe(true);
  for (const door of screenDoors)
    expect(patterns.some((one: string) => takes(one, `/${door}/orders`))).toBe(false);
  for (const one of edge.CacheBehaviors) {
    expect(one.TargetOriginId).not.toBe(edge.DefaultCacheBehavior.TargetOriginId);
    expect(one).toMatchObject({ ViewerProtocolPolicy: 'https-only', CachePolicyId: expect.any(String) });
    expect(one.AllowedMethods).toContain('PATCH');
  }
});

test('Pages have the headers they have at home: nothing runs that is not ours or Stripe’s', () => {
  const { ResponseHeadersPolicyConfig: policy } = only('AWS::CloudFront::ResponseHeadersPolicy');
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policy;
  const text = security.ContentSecurityPolicy.ContentSecurityPolicy;
  expect(text).toContain("script-src 'self' https://js.stripe.com;");
  expect(text).not.toMatch(/unsafe/);
  expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThan(0);
  expect(custom.Items.map(({ Header }: Properties) => Header).sort()).toEqual([
    'cross-origin-opener-policy',
    'permissions-policy',
  ]);
});

test('Nobody but the edge reads the files', () => {
  const buckets = template.findResources('AWS::S3::Bucket');
  for (const { Properties: p } of Object.values(buckets))
    expect(p.PublicAccessBlockConfiguration).toMatchObject({
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
  expect(only('AWS::CloudFront::OriginAccessControl').OriginAccessControlConfig).toMatchObject({
    SigningBehavior: 'always',
  });
});

test('A path of a door is its page, a file is a file, and the dairy’s own address leads to the shop', () => {
  const handler = new Function(`${pageFunction}; return handler;`)() as (event: Properties) => Properties;
  const asked = (uri: string) => handler({ request: { uri } });
  for (const door of screenDoors) {
    expect(asked(`/${door}/`).uri).toBe(`/${door}/index.html`);
    expect(asked(`/${door}/orders/O1`).uri).toBe(`/${door}/index.html`);
    expect(asked(`/${door}/assets/a.js`).uri).toBe(`/${door}/assets/a.js`);
    expect(asked(`/${door}/icon.svg`).uri).toBe(`/${door}/icon.svg`);
    expect(asked(`/${door}`)).toMatchObject({
      statusCode: 302,
      headers: { location: { value: `/${door}/` } },
    });
  }
  expect(asked('/')).toMatchObject({ statusCode: 302, headers: { location: { value: '/shop/' } } });
  expect(asked('/elsewhere').uri).toBe('/elsewhere');
});
