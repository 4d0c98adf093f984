import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AnyDoor } from '../shared/http/door.ts';
import type { LambdaParts } from '../shared/lambda.ts';
import { type Functions, HTTP_TIMEOUT } from './functions.ts';
import type { Identity } from './identity.ts';
import { nameIn } from './names.ts';

/** Requests of everybody together: what nine functions and on-demand tables take without a thought. */
const throttle = { rateLimit: 500, burstLimit: 1_000 };
/** Of a route by which strangers try passwords, make accounts or have messages sent: what a busy morning needs. */
const strangersThrottle = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 };

/** What an access log line tells: the route, never the query, which may name people. */
const logFields = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};

/** The HTTP API: one route for each door, to its Lambda; a token of our pool wherever the door is not public. */
export class Api extends Construct {
  readonly http: HttpApi;
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    {
      lambdas,
      functions,
      identity,
    }: { lambdas: readonly LambdaParts[]; functions: Functions; identity: Identity },
  ) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', { apiName: nameIn(this, 'http'), createDefaultStage: false });
    const api = this.http;
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#makeLog()),
        format: AccessLogFormat.custom(JSON.stringify(logFields)),
      },
    });
    this.url = api.apiEndpoint;

    const tokens = new HttpUserPoolAuthorizer('Tokens', identity.pool, {
      userPoolClients: [identity.client],
    });
    for (const lambda of lambdas) {
      const integration = new HttpLambdaIntegration(lambda.name, functions.of(lambda.name), {
        timeout: HTTP_TIMEOUT,
        // One permission a function: one a route would outgrow the policy.
        scopePermissionToRoute: false,
      });
      for (const door of lambda.doors) {
        const { http, who } = door;
        if (!http) continue;
        const routes = api.addRoutes({
          path: http.path,
          methods: [HttpMethod[http.method]],
          integration,
          authorizer: who === 'public' ? undefined : tokens,
        });
        if (who === 'public') for (const route of routes) Validations.of(route).acknowledge(openToAll);
        if (isForStrangers(lambda, door)) this.#slow(stage, `${http.method} ${http.path}`, routes);
      }
    }
  }

  #slow(stage: HttpStage, routeKey: string, routes: readonly HttpRoute[]): void {
    const made = stage.node.defaultChild as CfnStage;
    made.routeSettings = { ...made.routeSettings, [routeKey]: strangersThrottle };
    // CloudFormation would else name a route that is not there yet.
    made.node.addDependency(...routes);
  }

  #makeLog(): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/${nameIn(this, 'http', '/')}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

const openToAll = { id: 'AwsSolutions-APIG4', reason: 'The door itself is declared public.' };

/** Whether a door of the accounts is open to people without a token, who may try as often as they like. */
export function isForStrangers({ name }: LambdaParts, { name: door, who, http }: AnyDoor): boolean {
  return name === 'user' && who === 'public' && http?.method === 'POST' && door !== 'refresh';
}
