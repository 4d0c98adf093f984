import {
  type Invoice,
  type InvoiceNote,
  InvoiceNotes,
  Invoices,
  noted,
} from '#lambdas/payment/models/Invoice.ts';
import { documentOf, noteDocument, shownDocument } from '#lambdas/payment/rules/invoice/document.ts';
import { invoiceWords } from '#lambdas/payment/rules/invoice/words.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { invoicePaper } from './invoicePaper.ts';
import { dueOf, type Order, Orders } from './models/Order.ts';
import { chargedOf } from './rules/delivered.ts';

export interface ViewInvoice {
  orderId: string;
  /** One of the invoice's credit or debit notes, instead of it. */
  noteId?: string;
  format: 'json' | 'pdf';
}

/** The order's summary until it is delivered, its invoice after that, and the notes that followed. */
export async function viewInvoice(world: World, call: Call<ViewInvoice>) {
  const { orderId, noteId, format } = call.input;
  const [order, invoice, { rows: notes }] = await Promise.all([
    world.store.get(Orders, { orderId }),
    world.store.get(Invoices, { orderId }),
    world.store.query(InvoiceNotes, { hash: orderId, consistent: true }),
  ]);
  if (!order || (!isStaff(call.actor) && order.userId !== call.actor.userId)) {
    return refuse('NOT_FOUND', `There is no order ${orderId}.`);
  }
  const note = notes.find((one) => one.noteId === noteId);
  if (noteId !== undefined && !note) return refuse('NOT_FOUND', `There is no note ${noteId} of this order.`);
  const [settings, user] = await Promise.all([
    settingsOf(world),
    world.store.get(Users, { userId: order.userId }),
  ]);
  const document = note ? noteDocument(note) : documentOf(order, invoice, settings);
  const buyer = { userId: order.userId, name: user?.name, address: order.address };
  const charged = chargedNow(order, invoice) + noted(notes);
  if (format === 'json')
    return shownDocument(document, {
      order,
      buyer,
      notes: byTime(notes),
      charged,
      currency: settings.currency,
    });
  const words = invoiceWords[languageOf(user)];
  const at = world.clock.now().toISOString();
  const pdf = await invoicePaper({
    document,
    order,
    buyer,
    noted: note ? 0 : noted(notes),
    settings,
    words,
    at,
  });
  const name = (document.number ?? orderId).replaceAll('/', '-');
  return new Reply(pdf, {
    contentType: 'application/pdf',
    headers: { 'content-disposition': `attachment; filename="${name}.pdf"` },
  });
}

/** What the invoice is about, or will be: before the stop what was ordered. */
function chargedNow(order: Order, invoice: Invoice | undefined): number {
  return invoice?.amount ?? (order.status === 'DELIVERED' ? chargedOf(order) : dueOf(order));
}

function languageOf(user: User | undefined): 'en' | 'hi' {
  return user?.preferences?.language ?? 'en';
}

function byTime(notes: readonly InvoiceNote[]): InvoiceNote[] {
  return [...notes].sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
}
