/** Where `npm run test:aws` has AWS's services emulated; undefined in `npm test`, which has this machine's adapters only. */
export const emulated = process.env.TEST_AWS_ENDPOINT;

/** The rows of a contract: this machine's adapters, and AWS's where somebody speaks for AWS. */
export function everywhere<Open>(home: [string, Open][], aws: [string, Open][]): [string, Open][] {
  return emulated ? [...home, ...aws] : home;
}
