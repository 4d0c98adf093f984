import { z } from '@hono/zod-openapi';
import type { Order } from '#lambdas/order/models/Order.ts';
import type { Settings } from '#shared/data/settings.ts';
import type { Address } from '#shared/domain/address.ts';
import { AmountShown, type Minor, splitTax, toMajor } from '#shared/domain/money.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import {
  type DocumentLine,
  type Invoice,
  type InvoiceNote,
  numberOf,
  type Seller,
} from '../../models/Invoice.ts';
import { linesOf } from './parts.ts';

export const documentKinds = ['SUMMARY', 'INVOICE', 'BILL_OF_SUPPLY', 'CREDIT_NOTE', 'DEBIT_NOTE'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** One component of a line's tax. The rate is in basis points, the amount in minor units. */
interface TaxPart {
  component: string;
  rate: number;
  amount: Minor;
}

/** A line with its tax taken apart. */
export interface TaxedDocumentLine extends DocumentLine {
  net: Minor;
  parts: TaxPart[];
}

/** A summary, an invoice, a bill of supply or a note to one, whatever it is printed on. Minor units. */
export interface OrderDocument {
  kind: DocumentKind;
  /** Taxed and exempt goods on one invoice. */
  isMixed: boolean;
  number?: string;
  /** Of a note: the invoice it belongs to. */
  invoiceNumber?: string;
  day: string;
  issuedAt?: string;
  seller: Seller;
  lines: TaxedDocumentLine[];
  /** Sums by component and rate. */
  taxes: TaxPart[];
  net: Minor;
  amount: Minor;
}

/** The order's summary before its stop, its invoice or bill of supply after it. */
export function documentOf(order: Order, invoice: Invoice | undefined, settings: Settings): OrderDocument {
  const lines = (invoice?.lines ?? linesOf(order)).map(taxed);
  const isTaxed = (line: TaxedDocumentLine) => line.parts.some(({ rate }) => rate > 0);
  const kind = lines.some(isTaxed) ? 'INVOICE' : 'BILL_OF_SUPPLY';
  return {
    kind: invoice ? kind : 'SUMMARY',
    isMixed: lines.some(isTaxed) && !lines.every(isTaxed),
    number: invoice && numberOf(invoice),
    day: invoice?.day ?? order.deliveryDay,
    issuedAt: invoice?.issuedAt,
    seller: invoice?.seller ?? { name: settings.dairyName, ...settings.seller },
    ...summed(lines),
  };
}

/** A credit or debit note as it was issued. */
export function noteDocument(note: InvoiceNote): OrderDocument {
  const { invoiceNumber, day, issuedAt, seller, lines } = note;
  const kind = note.kind === 'CREDIT' ? ('CREDIT_NOTE' as const) : ('DEBIT_NOTE' as const);
  const about = { kind, isMixed: false, number: numberOf(note), invoiceNumber };
  return { ...about, day, issuedAt, seller, ...summed(lines.map(taxed)) };
}

function taxed(line: DocumentLine): TaxedDocumentLine {
  const amounts = line.taxAmounts ?? splitTax(line.amount, line.taxes ?? {}).taxes;
  const parts = Object.entries(amounts).map(([component, amount]) => ({
    component,
    rate: line.taxes?.[component] ?? 0,
    amount,
  }));
  parts.sort(byName);
  const net = parts.reduce((rest, part) => rest - part.amount, line.amount);
  const { productId, name, hsn, qty, price, discount, amount } = line;
  return { productId, name, hsn, qty, price, discount, amount, net, parts };
}

const byName = (a: TaxPart, b: TaxPart) => (a.component < b.component ? -1 : 1);

function summed(lines: TaxedDocumentLine[]) {
  const taxes = new Map<string, TaxPart>();
  for (const { component, rate, amount } of lines.flatMap(({ parts }) => parts)) {
    const name = `${component} ${rate}`;
    taxes.set(name, { component, rate, amount: (taxes.get(name)?.amount ?? 0) + amount });
  }
  const sum = (of: 'net' | 'amount') => lines.reduce((total, line) => total + line[of], 0);
  const sorted = [...taxes.values()].sort((a, b) => a.rate - b.rate || byName(a, b));
  return { lines, taxes: sorted, net: sum('net'), amount: sum('amount') };
}

const TaxShown = onDemand(() =>
  z.object({ component: z.string(), ratePercent: z.number(), amount: AmountShown }),
);

export const DocumentShown = onDemand(() =>
  z
    .object({
      kind: z.enum(documentKinds),
      invoiceNumber: z.string().optional(),
      /** Of a credit or debit note: its own number. */
      noteNumber: z.string().optional(),
      /** The day of supply, or of the note. */
      day: z.string(),
      issuedAt: z.string().optional(),
      orderId: z.string(),
      status: z.string(),
      deliveryDay: z.string(),
      seller: z.object({
        name: z.string(),
        legalName: z.string().optional(),
        address: z.string().optional(),
        taxNumber: z.string().optional(),
        foodLicence: z.string().optional(),
      }),
      buyer: z.object({ userId: z.string(), name: z.string().optional(), address: z.string().optional() }),
      lines: z.array(
        z.object({
          productId: z.string(),
          name: z.string(),
          hsn: z.string().optional(),
          qty: z.number().optional(),
          price: AmountShown.optional(),
          /** What promo credit takes off. */
          discount: AmountShown.optional(),
          /** No tax is in it. */
          exempt: z.boolean(),
          net: AmountShown,
          taxes: z.array(TaxShown()),
          amount: AmountShown,
        }),
      ),
      net: AmountShown,
      taxes: z.array(TaxShown()),
      amount: AmountShown,
      /** The invoice's amount less its credit notes, and its debit notes added. */
      charged: AmountShown,
      notes: z.array(
        z.object({
          noteId: z.string(),
          kind: z.enum(['CREDIT', 'DEBIT']),
          number: z.string(),
          issuedAt: z.string(),
          amount: AmountShown,
        }),
      ),
      currency: z.string(),
      paymentMethod: z.string().optional(),
      paymentStatus: z.string().optional(),
    })
    .openapi('OrderDocument'),
);

export interface Buyer {
  userId: string;
  name?: string;
  address?: Address;
}

/** A document as the API shows it: major units. */
export function shownDocument(
  document: OrderDocument,
  about: { order: Order; buyer: Buyer; notes: readonly InvoiceNote[]; charged: Minor; currency: string },
): TypeOf<typeof DocumentShown> {
  const { order, buyer, notes, charged, currency } = about;
  const isNote = document.kind === 'CREDIT_NOTE' || document.kind === 'DEBIT_NOTE';
  return {
    kind: document.kind,
    invoiceNumber: isNote ? document.invoiceNumber : document.number,
    noteNumber: isNote ? document.number : undefined,
    day: document.day,
    issuedAt: document.issuedAt,
    orderId: order.orderId,
    status: order.status,
    deliveryDay: order.deliveryDay,
    seller: document.seller,
    buyer: {
      userId: buyer.userId,
      name: buyer.name,
      address: addressLines(buyer.address).join(', ') || undefined,
    },
    lines: document.lines.map(({ productId, name, hsn, qty, price, discount, net, parts, amount }) => ({
      productId,
      name,
      hsn,
      qty,
      price: price === undefined ? undefined : toMajor(price),
      discount: discount === undefined ? undefined : toMajor(discount),
      exempt: !parts.some(({ rate }) => rate > 0),
      net: toMajor(net),
      taxes: parts.map(shownTax),
      amount: toMajor(amount),
    })),
    net: toMajor(document.net),
    taxes: document.taxes.map(shownTax),
    amount: toMajor(document.amount),
    charged: toMajor(charged),
    notes: notes.map((note) => ({
      noteId: note.noteId,
      kind: note.kind,
      number: numberOf(note),
      issuedAt: note.issuedAt,
      amount: toMajor(note.amount),
    })),
    currency,
    paymentMethod: order.payment?.paymentMethod ?? order.paymentMethod,
    paymentStatus: order.payment?.status,
  };
}

function shownTax({ component, rate, amount }: TaxPart) {
  return { component, ratePercent: rate / 100, amount: toMajor(amount) };
}

/** An address, line by line. */
export function addressLines(address: Address | undefined): string[] {
  const { line1, line2, city, pincode } = address ?? {};
  return [line1, line2, [city, pincode].filter(Boolean).join(' ')].filter((line): line is string =>
    Boolean(line),
  );
}
