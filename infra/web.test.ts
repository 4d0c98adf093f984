import { beforeAll, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { refuse } from '../shared/domain/problem.ts';
import { screenDoors } from '../shared/http/pages.ts';
import { type Made, madeWith, type Properties, target } from './testing.ts';
import { apiPaths, pageFunction, viewerFunction } from './web.ts';

let made: Made;
beforeAll(async () => {
  made = await madeWith({ STRIPE_SECRET_NAME: 'milkfloat/stripe' });
});

const only = (type: string): Properties => made.one(type);

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
  for (const [, p] of made.all('AWS::S3::Bucket'))
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
  const asked = (uri: string) => handler({ request: { uri }, context: { requestId: 'R1' } });
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
});

test('Where there is nothing CloudFront says 404 as the dairy at home does, and nobody is shown a list of the files', () => {
  const handler = new Function(`${pageFunction}; return handler;`)() as (event: Properties) => Properties;
  for (const uri of ['/robots.txt', '/favicon.ico', '/shpo/orders', '/shop.html', '//', '//shop/']) {
    const answer = handler({ request: { uri }, context: { requestId: 'R1' } });
    expect(answer).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': { value: 'application/problem+json' } },
    });
    expect(JSON.parse(answer.body)).toEqual(refuse('ROUTE_NOT_FOUND').toBody('R1'));
  }
  // What is missing below a door is the bucket's to say: it may only to who could list it, and `/` never reaches it.
  const [[bucket] = []] = made.all('AWS::S3::Bucket').filter(([id]) => id.startsWith('Web'));
  const policy = made.one('AWS::S3::BucketPolicy', ({ Bucket }) => target(Bucket) === bucket);
  const ofEdge = policy.PolicyDocument.Statement.filter(({ Effect }: Properties) => Effect === 'Allow');
  expect(ofEdge).toHaveLength(1);
  expect(ofEdge[0].Action).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(ofEdge[0].Resource[0]).toEqual({ 'Fn::GetAtt': [bucket, 'Arn'] });
  // A page for a status would stand in for the API's refusals too.
  const { CustomErrorResponses: responses } = only('AWS::CloudFront::Distribution').DistributionConfig;
  for (const response of responses) expect(response.ResponsePagePath).toBeUndefined();
});

test('A fault that one household met is not what CloudFront tells the next one', () => {
  const { CustomErrorResponses: responses } = only('AWS::CloudFront::Distribution').DistributionConfig;
  const kept = Object.fromEntries(
    responses.map(({ ErrorCode, ErrorCachingMinTTL }: Properties) => [ErrorCode, ErrorCachingMinTTL]),
  );
  expect(kept).toEqual({ 500: 0, 502: 0, 503: 0, 504: 0 });
});

test('Households reach the dairy, and messages lead them, at CloudFront’s own address without anybody telling it', () => {
  const [[edge] = []] = made.all('AWS::CloudFront::Distribution');
  const url = { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [edge, 'DomainName'] }]] };
  for (const [, p] of made.all('AWS::Lambda::Function'))
    expect(p.Environment.Variables.PUBLIC_URL).toEqual(url);
  expect(made.template.Outputs.Pages.Value).toEqual(url);
});

test('A dairy with a name of its own is reached by it, over TLS 1.2 at least, behind the firewall that it pays for', async () => {
  const certificate = 'arn:aws:acm:us-east-1:111122223333:certificate/1-2-3';
  const firewall = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/dairy/1-2-3';
  const own = await madeWith({
    DOMAIN: 'shop.dairy.example',
    CERTIFICATE_ARN: certificate,
    WEB_ACL_ARN: firewall,
  });
  expect(own.one('AWS::CloudFront::Distribution').DistributionConfig).toMatchObject({
    Aliases: ['shop.dairy.example'],
    ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2021' },
    WebACLId: firewall,
  });
  for (const [, p] of own.all('AWS::Lambda::Function'))
    expect(p.Environment.Variables.PUBLIC_URL).toBe('https://shop.dairy.example');
});

test('The API hears from the edge who asks, whatever a household’s browser says, and knows the edge by a secret that no template holds', () => {
  const handler = new Function(`${viewerFunction}; return handler;`)() as (event: Properties) => Properties;
  const headers = { 'x-milkfloat-viewer': { value: '192.0.2.1' } };
  const event = { viewer: { ip: '203.0.113.7' }, request: { uri: '/user/login', headers } };
  expect(handler(event).headers).toEqual({ 'x-milkfloat-viewer': { value: '203.0.113.7' } });
  const { DistributionConfig: edge } = only('AWS::CloudFront::Distribution');
  for (const {
    FunctionAssociations: [on],
  } of edge.CacheBehaviors) {
    const { FunctionCode: code } = made.template.Resources[on.FunctionARN['Fn::GetAtt'][0]].Properties;
    expect([on.EventType, code]).toEqual(['viewer-request', viewerFunction]);
  }
  const [shown] = edge.Origins.flatMap(({ OriginCustomHeaders = [] }: Properties) => OriginCustomHeaders);
  expect(shown.HeaderName).toBe('x-milkfloat-edge');
  expect(JSON.stringify(shown.HeaderValue)).toMatch(/\{\{resolve:secretsmanager:.*Functionsedgesecret/);
});
