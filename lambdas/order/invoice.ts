import { Invoices } from '#lambdas/payment/models/Invoice.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { splitTax, toMajor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { type Order, Orders } from './models/Order.ts';
import { chargedOf, deliveredLines } from './rules/delivered.ts';

/** The order's summary until it is delivered, its invoice (with a number of the dairy's own series) after that. */
export async function viewInvoice(world: World, call: Call<{ orderId: string }>) {
  const { orderId } = call.input;
  const [order, invoice] = await Promise.all([
    world.store.get(Orders, { orderId }),
    world.models.find(Invoices, { orderId }),
  ]);
  if (!order || (!isStaff(call.actor) && order.userId !== call.actor.userId)) {
    return refuse('NOT_FOUND', `There is no order ${orderId}.`);
  }
  const settings = await settingsOf(world);
  const done = order.status === 'DELIVERED';
  // Before the stop it is a summary of what was ordered, after it the bill of what was left at the door.
  const items = done ? deliveredLines(order) : order.items;
  const lines = items.map((item) => {
    const { netMinor, taxes } = splitTax(item.amount, item.taxes ?? {});
    return {
      productId: item.productId,
      name: item.name,
      hsn: item.hsn,
      qty: item.qty,
      price: toMajor(item.price),
      net: toMajor(netMinor),
      taxes: Object.entries(taxes).map(([component, part]) => ({
        component,
        ratePercent: (item.taxes?.[component] ?? 0) / 100,
        amount: toMajor(part),
      })),
      amount: toMajor(item.amount),
    };
  });
  const taxed = items.some((item) => Object.keys(item.taxes ?? {}).length > 0);
  return {
    kind: invoice ? (taxed ? ('INVOICE' as const) : ('BILL_OF_SUPPLY' as const)) : ('SUMMARY' as const),
    invoiceNumber: invoice?.number,
    issuedAt: invoice?.issuedAt,
    orderId,
    status: order.status,
    seller: { name: settings.dairyName, ...settings.seller },
    /** How often the desk put the delivery right, and what the bill before the last time came to. */
    revision: order.corrections?.length,
    replaces: replacedBy(order),
    deliveryDay: order.deliveryDay,
    lines,
    amount: toMajor(done ? chargedOf(order) : order.amount),
    currency: settings.currency,
    paymentMethod: order.payment?.paymentMethod ?? order.paymentMethod,
    paymentStatus: order.payment?.status,
  };
}

function replacedBy({ corrections = [] }: Order) {
  const last = corrections.at(-1);
  return last && { amount: toMajor(last.chargedBefore), correctedAt: last.at };
}
