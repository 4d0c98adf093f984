import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { LambdaParts } from '../shared/lambda.ts';
import { type Functions, HTTP_TIMEOUT } from './functions.ts';
import type { Identity } from './identity.ts';

/** Requests of everybody together: what nine functions and on-demand tables take without a thought. */
const throttle = { rateLimit: 500, burstLimit: 1_000 };

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
    const api = new HttpApi(this, 'Http', { apiName: 'milkfloat', createDefaultStage: false });
    new HttpStage(this, 'Stage', {
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
      for (const { http, who } of lambda.doors) {
        if (!http) continue;
        const routes = api.addRoutes({
          path: http.path,
          methods: [HttpMethod[http.method]],
          integration,
          authorizer: who === 'public' ? undefined : tokens,
        });
        if (who === 'public') for (const route of routes) Validations.of(route).acknowledge(openToAll);
      }
    }
  }

  #makeLog(): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: '/aws/vendedlogs/milkfloat/http',
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

const openToAll = { id: 'AwsSolutions-APIG4', reason: 'The door itself is declared public.' };
