import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane; 20–30 ms here. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const argon = promisify(argon2);

/** A password's hash in the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, salt);
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(salt)}$${text(tag)}`;
}

/** Whether a password is the one of a hash. Without a hash the answer is no, and takes as long. */
export async function matchesHash(password: string, phc: string = NOBODY): Promise<boolean> {
  const [, , , , salt, tag] = phc.split('$');
  const expected = Buffer.from(tag ?? '', 'base64');
  const actual = await derive(password, Buffer.from(salt ?? '', 'base64'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  // NFKC, so that one password typed on two keyboards stays one (RFC 8265).
  return argon('argon2id', { message: password.normalize('NFKC'), nonce: salt, ...cost });
}

/** Compared against when there is no such user. No password gives this tag. */
const NOBODY = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
