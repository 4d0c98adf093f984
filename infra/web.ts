import { Duration, Fn, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { refuse } from '../shared/domain/problem.ts';
import { pageHeaders, screenDoors } from '../shared/http/pages.ts';
import type { LambdaParts } from '../shared/lambda.ts';
import type { Api } from './api.ts';
import { nameAcross, removalIn } from './names.ts';
import type { Settings } from './settings.ts';

interface Parts {
  lambdas: readonly LambdaParts[];
  api: Api;
  edgeSecret: ISecret;
  settings: Settings;
}

/** The screens as static files at the edge; whatever is a path of the API goes to it, so that both are one origin. */
export class Web extends Construct {
  /** Where people reach the dairy: a name of its own, or CloudFront's. */
  readonly url: string;
  readonly edge: string;
  readonly distribution: Distribution;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { lambdas, api, edgeSecret, settings }: Parts) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: removalIn(this),
    });
    const apiOrigin = new HttpOrigin(Fn.select(2, Fn.split('/', api.url)), {
      // The template has its name. CloudFormation reads it when it makes the distribution, and not again before this
      // reference is another: docs/runbook.md#on-aws says how the secret is changed.
      customHeaders: { 'x-milkfloat-edge': edgeSecret.secretValue.unsafeUnwrap() },
    });
    const asked: BehaviorOptions = {
      origin: apiOrigin,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The API answers to its own name only.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: this.#edgeFunction('viewer', viewerFunction, 'Tells the API who asks'),
        },
      ],
    };
    this.distribution = new Distribution(this, 'Edge', {
      comment: 'Milkfloat: the screens, and the API beside them',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_200,
      ...this.#ownName(settings),
      webAclId: settings.WEB_ACL_ARN,
      defaultBehavior: {
        origin: this.#files(),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(settings),
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: this.#edgeFunction('pages', pageFunction, 'Leads to the pages of the doors'),
          },
        ],
      },
      additionalBehaviors: Object.fromEntries(apiPaths(lambdas).map((path) => [path, asked])),
      errorResponses: faults.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    this.edge = this.distribution.distributionDomainName;
    this.url = `https://${settings.DOMAIN ?? this.edge}`;
    for (const [rule, reason] of Object.entries(known)) {
      Validations.of(this.distribution).acknowledge({ id: `AwsSolutions-${rule}`, reason });
    }
    Validations.of(this.distribution).acknowledge({
      id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
      reason: 'Nobody can ask it for the list: the page function answers whatever is not below a door.',
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the files of the screens, which everybody may have.',
    });
  }

  #files() {
    return S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originAccessControl: new S3OriginAccessControl(this, 'Access', {
        originAccessControlName: nameAcross(this, 'files'),
      }),
      // Who may not list is told 403 where there is no file.
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
    });
  }

  #ownName({ DOMAIN, CERTIFICATE_ARN }: Settings) {
    if (!DOMAIN || !CERTIFICATE_ARN) return {};
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', CERTIFICATE_ARN);
    const minimumProtocolVersion = SecurityPolicyProtocol.TLS_V1_2_2021;
    return { domainNames: [DOMAIN], certificate, minimumProtocolVersion };
  }

  #headers(settings: Settings): ResponseHeadersPolicy {
    const cards = { provider: settings.STRIPE_SECRET_NAME ? ('STRIPE' as const) : ('NONE' as const) };
    const { 'content-security-policy': policy = '', ...others } = pageHeaders({ cards });
    const custom = ['cross-origin-opener-policy', 'permissions-policy'] as const;
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: nameAcross(this, 'pages'),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
        contentTypeOptions: { override: true },
        referrerPolicy: {
          referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
          override: true,
        },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
      customHeadersBehavior: {
        customHeaders: custom.map((header) => ({ header, value: others[header] ?? '', override: true })),
      },
    });
  }

  /** Runs at the edge, in CloudFront's own JavaScript; tests run it too. */
  #edgeFunction(name: string, code: string, comment: string): EdgeFunction {
    return new EdgeFunction(this, name, {
      functionName: nameAcross(this, name),
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(code),
      comment,
    });
  }
}

/**
 * What CloudFront else answers others with for ten seconds, whatever `no-store` says: a household's 503 for everybody
 * who asks the same path, because neither token nor query is in the cache's key. Of other statuses it keeps none that
 * says `no-store`, as all our refusals do.
 */
const faults = [500, 502, 503, 504];

/** Whoever asks by the edge has its address for API Gateway; this is the one that counts. Nobody can forge it here. */
export const viewerFunction = `function handler(event) {
  const request = event.request;
  request.headers['x-milkfloat-viewer'] = { value: event.viewer.ip };
  return request;
}
`;

/** A path of a door that names no file is one of its pages; whatever is elsewhere is refused as the API refuses it. */
export const pageFunction = `const doors = ${JSON.stringify(screenDoors)};
const problem = ${JSON.stringify(refuse('ROUTE_NOT_FOUND').toBody(''))};
function handler(event) {
  const request = event.request;
  const parts = request.uri.split('/');
  const door = parts[1];
  if (request.uri === '/' || (doors.includes(door) && parts.length === 2)) {
    const to = '/' + (door || doors[0]) + '/';
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: to } } };
  }
  if (!doors.includes(door)) {
    const headers = { 'content-type': { value: 'application/problem+json' }, 'cache-control': { value: 'no-store' } };
    const body = JSON.stringify(Object.assign({}, problem, { requestId: event.context.requestId }));
    return { statusCode: 404, statusDescription: 'Not Found', headers, body };
  }
  const isFile = parts[2] === 'assets' || parts[parts.length - 1].includes('.');
  if (!isFile) request.uri = '/' + door + '/index.html';
  return request;
}
`;

/** Patterns of CloudFront for every path of the API: the first part of it, and what is behind that. */
export function apiPaths(lambdas: readonly LambdaParts[]): string[] {
  const paths = lambdas.flatMap(({ doors }) => doors.flatMap(({ http }) => (http ? [http.path] : [])));
  const patterns = paths.map((path) => {
    const [, first = '', ...rest] = path.split('/');
    return rest.length > 0 ? `/${first}/*` : `/${first}`;
  });
  return [...new Set(patterns)].sort();
}

const known = {
  CFR1: 'A dairy decides for itself where its households may look from.',
  CFR2: 'The API is throttled itself; a firewall is a dairy’s choice and has a monthly price.',
  CFR3: 'The API logs its requests; of files that everybody may have there is nothing to tell.',
  CFR4: 'CloudFront’s own certificate sets the oldest TLS; a domain of the dairy’s own does better.',
};
