import { counterKey, noted } from '#lambdas/payment/models/Invoice.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

/**
 * I8: an invoice with its notes is what the ledger earned of an order less its credits; every series has its numbers
 * from 1 on, without a gap.
 */
export function checkDocuments(books: Books, say: Say, quiet: boolean): void {
  const { invoices, notes, movements } = books;
  const numbered = groupBy([...invoices, ...notes], ({ series }) => counterKey(series).metaId);
  for (const [series, documents] of numbered) {
    const numbers = documents.map(({ number }) => number).sort((a, b) => a - b);
    if (numbers.some((number, i) => number !== i + 1))
      say('I8', series, `their numbers are ${numbers.join(' ')}`);
    const last = books.meta.find(({ metaId }) => metaId === series)?.number;
    if (last !== numbers.at(-1))
      say('I8', series, `the last number is ${numbers.at(-1)}, the counter says ${last}`);
  }
  for (const { orderId, lines, amount } of [...invoices, ...notes]) {
    const sum = lines?.reduce((total, line) => total + line.amount, 0);
    if (sum !== amount) say('I8', orderId, `a document of ${amount} has lines of ${sum}`);
  }
  if (!quiet) return;
  const earned = new Sums();
  for (const { orderId = '', lines } of movements) {
    for (const { account, amount } of lines) {
      if (account === 'revenue' || account === 'tax') earned.add(orderId, -amount);
    }
  }
  const notesOf = groupBy(notes, ({ orderId }) => orderId);
  for (const { orderId, amount } of invoices) {
    if (amount === undefined) continue;
    const charged = amount + noted(notesOf.get(orderId) ?? []);
    if (charged !== earned.get(orderId))
      say('I8', orderId, `its documents charge ${charged}, the ledger earned ${earned.get(orderId)}`);
  }
}
