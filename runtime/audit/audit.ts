import { checkBalances, sumLedger } from './balances.ts';
import { checkCharges } from './charges.ts';
import { checkNotes, checkNumbers } from './documents.ts';
import { checkHistory } from './history.ts';
import { type Audit, Differs } from './reading.ts';

/**
 * Recomputes the books from the ledger's lines, in memory that grows with households and open orders but not with the
 * years. Answers the first thing that differs; undefined when all is right. Nothing is changed.
 */
export async function auditLedger(audit: Audit): Promise<Differs | undefined> {
  try {
    const summed = await sumLedger(audit);
    await checkBalances(audit, summed);
    await checkHistory(audit, summed);
    await checkNumbers(audit);
    await checkNotes(audit);
    await checkCharges(audit, summed.last);
    return undefined;
  } catch (error) {
    if (error instanceof Differs) return error;
    throw error;
  }
}
