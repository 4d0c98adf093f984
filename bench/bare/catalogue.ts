import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Cached } from '#shared/data/cached.ts';
import type { Wire } from '#shared/data/wire.ts';
import { shardKeys } from '#shared/domain/shard.ts';
import type { Row } from './requests.ts';

export type Products = ReadonlyMap<string, Row>;

/** Mirrors `catalogueOf`: while anybody asks, once a second the settings and the four shards of the catalogue. */
export function catalogueOf(wire: Wire) {
  return new Cached(() => readCatalogue(wire), { now: () => new Date() });
}

async function readCatalogue(wire: Wire) {
  const settings = { TableName: 'Settings', Key: marshall({ settingsId: 'dairy' }), ConsistentRead: true };
  await wire.call('GetItem', settings);
  const pages = await Promise.all(
    shardKeys('CATALOGUE').map((shard) =>
      wire.call<{ Items: Record<string, never>[] }>('Query', {
        TableName: 'Products',
        IndexName: 'byCatalogue',
        KeyConditionExpression: '#catalogueKey = :shard',
        ExpressionAttributeNames: { '#catalogueKey': 'catalogueKey' },
        ExpressionAttributeValues: marshall({ ':shard': shard }),
        ScanIndexForward: true,
      }),
    ),
  );
  const rows = pages.flatMap((page) => page.Items.map((item) => unmarshall(item)));
  rows.sort((a, b) => (`${a.category} ${a.name}` < `${b.category} ${b.name}` ? -1 : 1));
  const lists = new Map<string, string>();
  for (const category of new Set<string>(rows.map((row) => row.category))) {
    const shown = rows.filter((row) => row.category === category).map(shownProduct);
    lists.set(category, JSON.stringify(shown));
  }
  const products: Products = new Map(rows.map((row) => [row.productId, row]));
  return { products, lists };
}

function shownProduct(row: Row) {
  const { catalogueKey: _1, createdAt: _2, version: _3, reserved: _4, sold: _5, wasted: _6, ...rest } = row;
  const { received: _7, ...shown } = rest;
  return { ...shown, price: row.price / 100 };
}
