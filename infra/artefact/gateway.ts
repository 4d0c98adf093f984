import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Answer, Http } from '../../e2e/server.ts';
import { httpEvent, httpResult } from '../../runtime/testEvents.ts';
import type { Deployed } from '../deployed.ts';
import { type Properties, target } from '../testing.ts';
import type { Functions } from './functions.ts';
import { FunctionError } from './process.ts';

/**
 * API Gateway, from the template's routes, integrations and authorizer: what has no route is not found, what needs a
 * token and has no good one of our pool goes no further, and a function gets payload 2.0 with the token's claims. The
 * client of ours has no scopes; throttles and timeouts are not played.
 */
export function gatewayOf(deployed: Deployed, functions: Functions, keysAt: string): Http {
  const { made } = deployed;
  const routes = new Map(made.all('AWS::ApiGatewayV2::Route').map(([, route]) => [route.RouteKey, route]));
  const { JwtConfiguration } = made.one('AWS::ApiGatewayV2::Authorizer');
  const issuer = deployed.textOf(JwtConfiguration.Issuer);
  const audience: string[] = JwtConfiguration.Audience.map((one: Properties) => deployed.textOf(one));
  const keys = createRemoteJWKSet(new URL(`${keysAt}/.well-known/jwks.json`));

  /** The name of the function behind a route. */
  function behind({ Target }: Properties): string {
    const integration = made.template.Resources[target(Target['Fn::Join'][1][1])].Properties;
    if (integration.PayloadFormatVersion !== '2.0') throw new Error('the functions read payload 2.0');
    return made.template.Resources[target(integration.IntegrationUri)].Properties.FunctionName;
  }

  /** The claims of a good token, as the authorizer hands them on. */
  async function authorized(token: string | undefined): Promise<JWTPayload | undefined> {
    if (!token) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] });
      return [payload.aud, payload.client_id].flat().some((one) => audience.includes(String(one)))
        ? payload
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  return async <A>(method: string, path: string, { token, body, headers }: Parameters<Http>[2] = {}) => {
    const { pathname, searchParams } = new URL(path, 'http://gateway');
    const route = routes.get(`${method} ${pathname}`);
    if (!route) return says<A>(404, 'Not Found');
    const isGuarded = route.AuthorizationType === 'JWT';
    const claims = isGuarded ? await authorized(token) : undefined;
    if (isGuarded && !claims) return says<A>(401, 'Unauthorized');
    const query = searchParams.size > 0 ? Object.fromEntries(searchParams) : undefined;
    const event = httpEvent(method, pathname, { token, body, headers, query, claims });
    try {
      const { status, headers: told, ...rest } = httpResult<A>(await functions.invoke(behind(route), event));
      return { status, headers: new Headers(told), body: rest.body };
    } catch (error) {
      if (error instanceof FunctionError) return says<A>(500, 'Internal Server Error');
      throw error;
    }
  };
}

/** What API Gateway itself answers. */
function says<A>(status: number, message: string): Answer<A> {
  return { status, headers: new Headers(), body: { message } as A };
}
