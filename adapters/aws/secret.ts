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
