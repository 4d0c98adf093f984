import type { z } from '@hono/zod-openapi';
import type { Line } from '#shared/data/line.ts';

/** The installation's secret, which AWS made at the first deployment and nobody else has seen. */
export async function readSecret(name: string, secrets: Line): Promise<string> {
  const { status, body } = await secrets.ask({
    service: 'secretsmanager',
    target: 'secretsmanager.GetSecretValue',
    payload: { SecretId: name },
  });
  if (status !== 200) throw new Error(`the secret ${name} cannot be read: ${String(body.__type)}`);
  const { SecretString: secret } = body;
  if (typeof secret !== 'string' || secret.length < 32)
    throw new Error(`the secret ${name} is not one of ours: it is too short`);
  return secret;
}

/** A secret that a person put there as JSON. Throws an Error that says what it must hold, never what it holds. */
export async function readJsonSecret<T>(
  name: string,
  secrets: Line,
  shape: z.ZodType<T>,
  holds: string,
): Promise<T> {
  const parsed = shape.safeParse(jsonOf(await readSecret(name, secrets)));
  if (!parsed.success) throw new Error(`the secret ${name} must be JSON with ${holds}`);
  return parsed.data;
}

function jsonOf(secret: string): unknown {
  try {
    return JSON.parse(secret);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
