import { forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { addProductWrite, changeProduct, type Product, Products } from '#lambdas/product/models/Product.ts';
import { commit, type Decision, happened } from '#shared/data/commit.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { answeredBefore } from './answered.ts';
import { pricedAt, priceNotice, productUpdated } from './catalogue.ts';
import { newProduct, type PriceNotice, productChanges } from './rules/product.ts';
import { type ImportRow, readCatalogue } from './rules/productCsv.ts';

const MAX_CSV_BYTES = 2 * 1024 * 1024;
/** A product, its event, an audit entry and a kept answer stay below what one transaction holds. */
const ROWS_A_COMMIT = 25;

export interface Imported {
  added: number;
  updated: number;
  unchanged: number;
}

/**
 * Brings the catalogue to what a file says. Every row is checked before the first is written; the rows then go
 * in chunks, each with its events, so that an import that was cut off is finished by running it again.
 */
export async function importProducts(world: World, call: Call<{ csv: string }>): Promise<Imported | Problem> {
  const { csv } = call.input;
  if (Buffer.byteLength(csv) > MAX_CSV_BYTES) {
    return refuse('TOO_LARGE', `An import may have ${MAX_CSV_BYTES} bytes of CSV at most.`);
  }
  const rows = readCatalogue(csv);
  if (rows instanceof Problem) return rows;
  const answered = await answeredBefore<Imported>(world, call);
  if (answered) return answered;

  const notice = await priceNotice(world);
  let total: Imported = { added: 0, updated: 0, unchanged: 0 };
  try {
    for (let start = 0; start === 0 || start < rows.length; start += ROWS_A_COMMIT) {
      const chunk = rows.slice(start, start + ROWS_A_COMMIT);
      const final = start + ROWS_A_COMMIT >= rows.length;
      const soFar = total;
      const asks = chunk.map(({ productId }) => ({ table: Products, key: { productId } }));
      const outcome = await commit(world, call, asks, (products) => ({
        ...importChunk(world, chunk, products, { soFar, notice }),
        final,
      }));
      if (outcome instanceof Problem) return outcome;
      total = outcome;
    }
  } finally {
    forgetCatalogue(world);
  }
  return total;
}

function importChunk(
  world: World,
  chunk: readonly ImportRow[],
  products: readonly (Product | undefined)[],
  { soFar, notice }: { soFar: Imported; notice: PriceNotice },
): Decision<Imported> {
  const decision = { writes: [], events: [], answer: { ...soFar } } as Required<
    Pick<Decision<Imported>, 'writes' | 'events' | 'answer'>
  >;
  const createdAt = world.clock.now().toISOString();
  chunk.forEach((row, i) => {
    const product = products[i];
    if (!product) {
      const added = checked(newProduct(row, createdAt));
      decision.writes.push(addProductWrite(added));
      decision.events.push(happened('PRODUCT_ADDED', row.productId, 1, { productId: row.productId }));
      decision.answer.added++;
      return;
    }
    const { stock: _opening, ...wish } = row;
    const changes = checked(productChanges(product, wish, notice));
    if (changes.fields.length === 0) {
      decision.answer.unchanged++;
      return;
    }
    decision.writes.push(changeProduct(product, changes));
    decision.events.push(productUpdated(product, changes.fields, pricedAt(changes.fields, notice)));
    decision.answer.updated++;
  });
  return decision;
}

/** A row that was checked fits whatever product it meets: with a daily supply it names the mode that has one. */
function checked<T>(value: T | Problem): T {
  if (value instanceof Problem) throw value;
  return value;
}
