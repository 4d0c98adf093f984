import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Facts, Thing } from './facts.ts';

/** What was said of a delivery after it stood at the door, and of the bottles it came in. */
export type DoorOccasion =
  | {
      type: 'PROBLEM_REPORTED' | 'PROBLEM_DECIDED';
      orderId: string;
      /** What was wrong, at what it had cost. */
      thing: Thing;
      amountMinor: Minor;
      /** Nothing while the desk has not looked at it, or refused it. */
      creditedMinor: Minor;
    }
  | {
      type: 'DELIVERY_CORRECTED';
      orderId: string;
      chargedBeforeMinor: Minor;
      chargedMinor: Minor;
      /** By how much what came is more, or less, than was said first. */
      differences: readonly Thing[];
    }
  | { type: 'BOTTLES_LOST'; bottles: Thing; amountMinor: Minor };

/** What an event of the door gives reason to tell. Throws ZodError for a malformed event. */
export function doorOccasionOf(event: DairyEvent, facts: Facts): DoorOccasion | undefined {
  switch (event.eventType) {
    case 'PROBLEM_REPORTED':
    case 'PROBLEM_DECIDED': {
      const { orderId, productId, qty, amountMinor, creditedMinor } =
        catalogue[event.eventType].data.parse(event);
      const thing = { name: facts.product?.name ?? productId, qty };
      return { type: event.eventType, orderId, thing, amountMinor, creditedMinor };
    }
    case 'DELIVERY_CORRECTED':
      return corrected(catalogue.DELIVERY_CORRECTED.data.parse(event), facts);
    case 'BOTTLES_LOST': {
      const { productId, count, amountMinor } = catalogue.BOTTLES_LOST.data.parse(event);
      return {
        type: 'BOTTLES_LOST',
        bottles: { name: facts.product?.name ?? productId, qty: count },
        amountMinor,
      };
    }
    default:
      return undefined;
  }
}

function corrected(
  { orderId, chargedBeforeMinor, chargedMinor, lines }: EventData<'DELIVERY_CORRECTED'>,
  { nameOf }: Facts,
): DoorOccasion {
  const differences = lines.map(({ productId, qty }) => ({ name: nameOf?.(productId) ?? productId, qty }));
  return { type: 'DELIVERY_CORRECTED', orderId, chargedBeforeMinor, chargedMinor, differences };
}
