import { type Problem, refuse } from '#shared/domain/problem.ts';

/** The refusal of a number that cannot be dialled. */
export function noPhone(): Problem {
  const detail = 'is no telephone number';
  return refuse('INVALID_INPUT', undefined, { errors: [{ pointer: '/phone', detail }] });
}
