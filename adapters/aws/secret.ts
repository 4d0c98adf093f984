import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The installation's secret, which AWS made at the first deployment and nobody else has seen. */
export async function readSecret(name: string): Promise<string> {
  const { SecretString: secret } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: name }),
  );
  if (!secret || secret.length < 32)
    throw new Error(`the secret ${name} is not one of ours: it is too short`);
  return secret;
}
