import { type Problem, refuse } from '#shared/domain/problem.ts';

const strictRules: [RegExp, string][] = [
  [/.{8}/su, 'at least 8 characters'],
  [/\p{Lu}/u, 'an upper-case letter'],
  [/\p{Ll}/u, 'a lower-case letter'],
  [/\d/, 'a digit'],
  [/[^\p{L}\d\s]/u, 'a symbol'],
];

/**
 * Whether a password meets the policy: `basic` is 6 to 128 characters; `strict` is the default of Amazon
 * Cognito (8 or more, upper and lower case, digit, symbol).
 */
export function checkPassword(password: string, policy: 'basic' | 'strict'): Problem | undefined {
  const length = [...password].length;
  const lacking =
    policy === 'strict' ? strictRules.filter(([rule]) => !rule.test(password)).map(([, name]) => name) : [];
  if (policy === 'basic' && length < 6) lacking.push('at least 6 characters');
  if (length > 128) lacking.push('at most 128 characters');
  if (lacking.length === 0) return undefined;
  const detail = `The password needs ${lacking.join(', ')}.`;
  return refuse('WEAK_PASSWORD', detail, { errors: [{ pointer: '/password', detail }] });
}
