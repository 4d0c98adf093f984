import type { Stop } from './stops.ts';

const minor = (major: number) => Math.round(major * 100);

type Priced = Pick<Stop, 'items' | 'paid' | 'promo' | 'bottlesHeld'>;

/**
 * What a household owes at its door for what is left there and the empties it gives back, in whole and decimal currency.
 * The dairy reckons it once more; the phone must know it without signal.
 */
export function dueAtDoor(
  stop: Priced,
  left: Readonly<Record<string, number>>,
  empties: Readonly<Record<string, number>>,
  roundTo: number,
): number {
  if (stop.paid !== 'AT_DOOR') return 0;
  const rest = { ...left };
  let [ordered, goods, deposits] = [0, 0, 0];
  for (const { productId, qty, price, deposit } of stop.items) {
    const came = Math.min(qty, rest[productId] ?? qty);
    if (productId in rest) rest[productId] = (rest[productId] ?? 0) - came;
    ordered += minor(price) * qty;
    goods += minor(price) * came;
    deposits += minor(deposit) * came;
  }
  const due = goods - promoUsed(minor(stop.promo), goods, ordered) + deposits - worthOf(stop, empties);
  const step = minor(roundTo);
  const rounded = step > 0 ? Math.floor((2 * due + step) / (2 * step)) * step : due;
  return Math.max(0, rounded) / 100;
}

function promoUsed(promo: number, goods: number, ordered: number): number {
  if (ordered <= 0) return 0;
  return Math.min(goods, Math.floor((2 * promo * goods + ordered) / (2 * ordered)));
}

function worthOf({ bottlesHeld }: Priced, empties: Readonly<Record<string, number>>): number {
  return bottlesHeld.reduce((sum, { productId, count, deposit }) => {
    const back = empties[productId] ?? 0;
    if (back <= 0 || count <= 0) return sum;
    return sum + (back >= count ? minor(deposit) : Math.floor((minor(deposit) * back) / count));
  }, 0);
}
