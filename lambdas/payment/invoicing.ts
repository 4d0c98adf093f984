import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { ProblemReports } from '#lambdas/order/models/ProblemReport.ts';
import { chargedOf } from '#lambdas/order/rules/delivered.ts';
import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { Meta, type MetaRow } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { check, create, put, type Write } from '#shared/data/write.ts';
import { dayOf, type Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import {
  counterKey,
  type DocumentLine,
  type Invoice,
  type InvoiceNote,
  InvoiceNotes,
  Invoices,
  numberOf,
  type Seller,
  seriesOn,
} from './models/Invoice.ts';
import { Refunds } from './models/Payment.ts';
import { isCredit } from './rules/credit.ts';
import { correctionOf, linesOf, partOf } from './rules/invoice/parts.ts';

/**
 * Gives a delivered order its invoice, once: the next number of its series and the invoice are written together, so
 * that numbers have no gap. The series is that of the day of supply.
 */
export async function invoiceOrder(world: World, orderId: string): Promise<void> {
  const delivered = await world.store.get(Orders, { orderId });
  if (delivered?.status !== 'DELIVERED') return;
  const settings = await settingsOf(world);
  const day = dayOf(deliveredAt(delivered), settings.timeZone);
  const series = seriesOn(day, 'invoice', settings);
  const asks = [
    { table: Orders, key: { orderId } },
    { table: Invoices, key: { orderId } },
    { table: Meta, key: counterKey(series) },
  ] as const;
  await commit(
    world,
    system(world, 'invoiceOrder'),
    asks,
    ([order, invoice, counter]): Decision<undefined> => {
      if (invoice || !order) return { writes: [], answer: undefined };
      const { number, write } = nextNumber(series, counter);
      const row: Invoice = {
        orderId,
        number,
        series,
        day,
        issuedAt: world.clock.now().toISOString(),
        amount: chargedOf(order),
        lines: linesOf(order),
        corrections: order.corrections?.length ?? 0,
        seller: sellerOf(settings),
      };
      // A correction that comes in between would be neither in the invoice nor in a note.
      const asRead = check(Orders, { orderId }, is('version', order.version));
      return { writes: [create(Invoices, row), write, asRead], answer: undefined };
    },
  );
}

/** A credit for a problem with an order, whoever gave it. */
interface Credit {
  /** The refund's id, or the reported problem's: each credit has one note. */
  noteId: string;
  movementId: string;
  orderId: string;
  amount: Minor;
  at: Instant;
  /** Of a problem with one product: the lines that it is about. */
  productId?: string;
}

/** The credit note of a refund that the desk gave for a problem. Other refunds are about no invoice. */
export async function noteRefund(world: World, refundId: string): Promise<void> {
  const refund = await world.store.get(Refunds, { refundId });
  if (!refund?.orderId || !isCredit(refund.cause)) return;
  const { orderId, amount, to, createdAt } = refund;
  const movementId = `${refundId}#${to === 'WALLET' ? 'WALLET' : 'ASKED'}`;
  await noteCredit(world, { noteId: refundId, movementId, orderId, amount, at: createdAt });
}

/** The credit note of a reported problem that was credited. */
export async function noteProblem(world: World, problemId: string): Promise<void> {
  const report = await world.store.get(ProblemReports, { problemId });
  if (report?.status !== 'CREDITED' || report.credited === 0) return;
  const { orderId, productId, credited, createdAt, decidedAt } = report;
  const movementId = `${problemId}#CREDIT`;
  const at = decidedAt ?? createdAt;
  await noteCredit(world, { noteId: problemId, movementId, orderId, productId, amount: credited, at });
}

/** The credit note of a credit: its part of the lines it is about. */
async function noteCredit(world: World, { noteId, movementId, orderId, amount, at, productId }: Credit) {
  await addNote(world, orderId, { noteId, movementId, at }, (order) => {
    const about = linesOf(order).filter((line) => productId === undefined || line.productId === productId);
    return { kind: 'CREDIT', amount, lines: partOf(about, amount) };
  });
}

/** The notes of the desk's corrections that an order's invoice does not have yet. */
export async function noteCorrections(world: World, orderId: string): Promise<void> {
  await invoiceOrder(world, orderId);
  const [order, invoice] = await Promise.all([
    world.store.get(Orders, { orderId }),
    world.store.get(Invoices, { orderId }),
  ]);
  for (const [i, correction] of (order?.corrections ?? []).entries()) {
    if (i < (invoice?.corrections ?? 0)) continue;
    const { movementId, at } = correction;
    await addNote(world, orderId, { noteId: movementId, movementId, at }, (now) => correctionOf(now, i));
  }
}

interface NoteParts {
  kind: InvoiceNote['kind'];
  amount: Minor;
  lines: DocumentLine[];
}

/** Writes a note to an order's invoice, once, with the next number of its series. */
async function addNote(
  world: World,
  orderId: string,
  about: { noteId: string; movementId: string; at: Instant },
  partsOf: (order: Order) => NoteParts,
): Promise<void> {
  await invoiceOrder(world, orderId);
  const [order, settings] = await Promise.all([world.store.get(Orders, { orderId }), settingsOf(world)]);
  if (!order) return;
  const { noteId, movementId, at } = about;
  const parts = partsOf(order);
  // Cash or bottles that were counted anew change no charge.
  if (parts.lines.length === 0) return;
  const day = dayOf(at, settings.timeZone);
  const series = seriesOn(day, parts.kind === 'CREDIT' ? 'creditNote' : 'debitNote', settings);
  const asks = [
    { table: Invoices, key: { orderId } },
    { table: InvoiceNotes, key: { orderId, noteId } },
    { table: Meta, key: counterKey(series) },
  ] as const;
  await commit(world, system(world, 'addNote'), asks, ([invoice, note, counter]): Decision<undefined> => {
    if (note || !invoice) return { writes: [], answer: undefined };
    const { number, write } = nextNumber(series, counter);
    const row: InvoiceNote = {
      ...{ orderId, noteId, movementId, number, series, day },
      ...parts,
      invoiceNumber: numberOf(invoice),
      issuedAt: world.clock.now().toISOString(),
      seller: sellerOf(settings),
    };
    return { writes: [create(InvoiceNotes, row), write], answer: undefined };
  });
}

function nextNumber(series: string, counter: MetaRow | undefined): { number: number; write: Write } {
  const number = (counter?.number ?? 0) + 1;
  const next = { ...counterKey(series), number };
  return { number, write: counter ? put(Meta, next, is('number', counter.number)) : create(Meta, next) };
}

function deliveredAt({ timeline, createdAt }: Order): string {
  return timeline.findLast(({ status }) => status === 'DELIVERED')?.at ?? createdAt;
}

function sellerOf({ dairyName, seller }: Settings): Seller {
  return { name: dairyName, ...seller };
}

function system(world: World, action: string): Context {
  return { actor: { userId: 'system', role: 'system' }, requestId: world.ids.next(), action };
}
