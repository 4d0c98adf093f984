import { z } from '@hono/zod-openapi';
import type { Settings } from '#shared/data/settings.ts';
import { defineTable } from '#shared/data/table.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/** A line of an invoice or a credit note, at the price and tax rates it was charged at. Minor units. */
const DocumentLine = onDemand(() =>
  z.object({
    productId: z.string(),
    name: z.string(),
    hsn: z.string().optional(),
    qty: z.number().int().optional(),
    price: z.number().int().optional(),
    /** What promo credit takes off. */
    discount: z.number().int().optional(),
    amount: z.number().int(),
    /** Basis points by component. */
    taxes: z.record(z.string(), z.number().int()).optional(),
    /** Of a correction, whose tax is a difference of two roundings: what of the amount is tax, by component. */
    taxAmounts: z.record(z.string(), z.number().int()).optional(),
  }),
);
export type DocumentLine = TypeOf<typeof DocumentLine>;

const Seller = onDemand(() =>
  z.object({
    name: z.string(),
    legalName: z.string().optional(),
    address: z.string().optional(),
    taxNumber: z.string().optional(),
    foodLicence: z.string().optional(),
  }),
);
export type Seller = TypeOf<typeof Seller>;

/**
 * An order's invoice as it was issued, which is never changed. The buyer is not in it: name and address are read when it is
 * shown, so that they can be erased. Of what schema 1 numbered there is only the number.
 */
export const Invoice = onDemand(() =>
  z.object({
    orderId: z.string(),
    /** Consecutive within its series, from 1, without a gap. */
    number: z.number().int(),
    /** Prefix and financial year, such as `INV/27-28`. */
    series: z.string().optional(),
    /** The day of supply. */
    day: z.string().optional(),
    issuedAt: z.string(),
    amount: z.number().int().optional(),
    lines: z.array(DocumentLine()).optional(),
    /** How many of the desk's corrections are in it; later ones have notes. */
    corrections: z.number().int().optional(),
    seller: Seller().optional(),
  }),
);
export type Invoice = TypeOf<typeof Invoice>;
export const Invoices = defineTable('Invoices', Invoice, { hash: 'orderId' });

/**
 * What an invoice was too much by (CREDIT: a credit for a problem, or the desk's correction) or too little (DEBIT: a
 * correction). Never changed.
 */
export const InvoiceNote = onDemand(() =>
  z.object({
    orderId: z.string(),
    /** The refund's id, the reported problem's, or the correcting movement's: each has one note. */
    noteId: z.string(),
    kind: z.enum(['CREDIT', 'DEBIT']),
    /** The movement that it tells. */
    movementId: z.string(),
    number: z.number().int(),
    series: z.string(),
    /** The number of the invoice it belongs to. */
    invoiceNumber: z.string(),
    day: z.string(),
    issuedAt: z.string(),
    /** Not negative: a credit note takes it off, a debit note adds it. */
    amount: z.number().int(),
    lines: z.array(DocumentLine()),
    seller: Seller(),
  }),
);
export type InvoiceNote = TypeOf<typeof InvoiceNote>;
export const InvoiceNotes = defineTable('InvoiceNotes', InvoiceNote, { hash: 'orderId', range: 'noteId' });

/** What notes add to their invoice; negative what they take off. */
export function noted(notes: readonly Pick<InvoiceNote, 'kind' | 'amount'>[]): Minor {
  return notes.reduce((sum, { kind, amount }) => sum + (kind === 'DEBIT' ? amount : -amount), 0);
}

/** A document's number in full, e.g. `INV/27-28/000123`. */
export function numberOf({ series, number }: { series?: string; number: number }): string {
  return series === undefined ? String(number) : `${series}/${String(number).padStart(6, '0')}`;
}

/** The series of a day: its prefix and the financial year, `27-28`, or `2027` where that is the calendar's. */
export function seriesOn(
  day: Day,
  kind: 'invoice' | 'creditNote' | 'debitNote',
  { invoiceSeries }: Pick<Settings, 'invoiceSeries'>,
): string {
  const { yearStartMonth } = invoiceSeries;
  const [year = 0, month = 1] = day.split('-').map(Number);
  const first = month >= yearStartMonth ? year : year - 1;
  const short = (of: number) => String(of % 100).padStart(2, '0');
  const name = yearStartMonth === 1 ? String(year) : `${short(first)}-${short(first + 1)}`;
  return `${invoiceSeries[kind]}/${name}`;
}

/** Where the last number of a series is kept: a row of Meta. What schema 1 numbered is one series without a name. */
export const counterKey = (series: string | undefined) => ({
  metaId: series === undefined ? 'invoices' : `invoices#${series}`,
});
