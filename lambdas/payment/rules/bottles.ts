import type { Minor } from '#shared/domain/money.ts';
import { type Problem, type ProblemPlace, refuse } from '#shared/domain/problem.ts';
import type { Bottles } from '../models/Bottles.ts';

/** Bottles counted at a door. */
export interface CountedBottles {
  productId: string;
  count: number;
}

/** What a stop did with the bottles of a product: how many were left and taken back, and their deposits. */
export interface BottleMove {
  productId: string;
  left: number;
  leftMinor: Minor;
  back: number;
  backMinor: Minor;
}

type Held = Bottles['products'];

/** The deposit for some bottles of a product, minor units; nothing for one that asks none. */
export function depositOf({ deposit = 0 }: { deposit?: Minor }, qty: number): Minor {
  return deposit * qty;
}

/**
 * What giving back some of a household's bottles is worth: what it gave for them. Where their deposits differ, each
 * is worth the average, rounded down, and the last one the rest.
 */
export function worthOf(held: { count: number; deposit: Minor } | undefined, count: number): Minor {
  if (!held || count <= 0) return 0;
  return count >= held.count ? held.deposit : Math.floor((held.deposit * count) / held.count);
}

/**
 * A household's bottles after a stop: empties are taken back first, then the full ones are left. Nobody gives back
 * more than was left with them.
 */
export function moveBottles(
  before: Held,
  left: readonly (CountedBottles & { depositMinor: Minor })[],
  empties: readonly CountedBottles[],
): { held: Held; moves: BottleMove[] } | Problem {
  const wrong = tooMany(before, empties);
  if (wrong.length > 0) return refuse('TOO_MANY_EMPTIES', wrong[0]?.detail, { errors: wrong });
  const moves = new Map<string, BottleMove>();
  const moveOf = (productId: string) => {
    const move = moves.get(productId) ?? { productId, left: 0, leftMinor: 0, back: 0, backMinor: 0 };
    moves.set(productId, move);
    return move;
  };
  for (const { productId, count } of empties) {
    if (count === 0) continue;
    const move = moveOf(productId);
    move.back = count;
    move.backMinor = worthOf(before[productId], count);
  }
  for (const { productId, count, depositMinor } of left) {
    if (count === 0 || depositMinor === 0) continue;
    const move = moveOf(productId);
    move.left += count;
    move.leftMinor += depositMinor;
  }
  return { held: afterMoves(before, [...moves.values()]), moves: [...moves.values()] };
}

/** A household's bottles as they would be without a stop; fewer than none where it gave some back since. */
export function undoMoves(held: Held, moves: readonly BottleMove[]): Held {
  const undone = moves.map(({ productId, left, leftMinor, back, backMinor }) => ({
    productId,
    left: -left,
    leftMinor: -leftMinor,
    back: -back,
    backMinor: -backMinor,
  }));
  return afterMoves(held, undone);
}

/** The first product of which a household would have fewer bottles than none. */
export function overdrawn(held: Held): string | undefined {
  return Object.entries(held).find(([, { count, deposit }]) => count < 0 || deposit < 0)?.[0];
}

function afterMoves(before: Held, moves: readonly BottleMove[]): Held {
  const held: Held = { ...before };
  for (const { productId, left, leftMinor, back, backMinor } of moves) {
    const had = held[productId] ?? { count: 0, deposit: 0 };
    const count = had.count + left - back;
    const deposit = had.deposit + leftMinor - backMinor;
    if (count === 0 && deposit === 0) delete held[productId];
    else held[productId] = { count, deposit };
  }
  return held;
}

function tooMany(held: Held, empties: readonly CountedBottles[]): ProblemPlace[] {
  const seen = new Set<string>();
  return empties.flatMap(({ productId, count }, i): ProblemPlace[] => {
    const available = Math.max(0, held[productId]?.count ?? 0);
    if (count > available) {
      const detail = `${productId}: ${count} counted, the household has ${available}`;
      return [{ pointer: `/empties/${i}/count`, detail, productId, available }];
    }
    if (seen.size === seen.add(productId).size)
      return [{ pointer: `/empties/${i}/productId`, detail: `${productId} is named twice`, productId }];
    return [];
  });
}
