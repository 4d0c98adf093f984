import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { Actor } from '#shared/ports/ports.ts';

/**
 * The customer a request is for: the actor, or the `userId` an admin (or the system) names. A customer who
 * names somebody else is refused. What this returns is the owner to put into keys and conditions.
 */
export function ownerOf(actor: Actor, userId: string | undefined): string | Problem {
  if (userId === undefined || userId === actor.userId) return actor.userId;
  if (actor.role === 'admin' || actor.role === 'system') return userId;
  return refuse('FOREIGN_USER', undefined, { errors: [{ pointer: '/userId', detail: 'is not yours' }] });
}

/** Whether somebody else's thing may be seen or changed by this actor at all. */
export function isStaff(actor: Actor): boolean {
  return actor.role === 'admin' || actor.role === 'system';
}
