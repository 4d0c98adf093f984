import type { Wire } from './wire.ts';

type ByTable = Record<string, unknown>;

/** What names tables in the requests that we make. */
interface Asked {
  TableName?: string;
  RequestItems?: ByTable;
  TransactItems?: Record<string, { TableName: string }>[];
}

/** What names tables in their answers. */
interface Answered {
  Responses?: ByTable;
  UnprocessedKeys?: ByTable;
  UnprocessedItems?: ByTable;
}

/**
 * A wire to tables that have longer names there: `prefix` is put before them on the way out and taken off what comes
 * back, so that nobody behind it knows of it. For what we ask of tables' rows; not for lists of tables or streams.
 */
export function prefixed(wire: Wire, prefix: string): Wire {
  const longer = (name: string) => prefix + name;
  const shorter = (name: string) => name.slice(prefix.length);
  return {
    close: () => wire.close(),
    async call<A>(operation: string, payload: object, api?: Parameters<Wire['call']>[2]) {
      const { TableName, RequestItems, TransactItems, ...asked } = payload as Asked;
      const answer = await wire.call<Answered>(
        operation,
        {
          ...asked,
          ...(TableName && { TableName: longer(TableName) }),
          ...(RequestItems && { RequestItems: renamed(RequestItems, longer) }),
          ...(TransactItems && {
            TransactItems: TransactItems.map((item) => inPart(item, longer)),
          }),
        },
        api,
      );
      for (const field of ['Responses', 'UnprocessedKeys', 'UnprocessedItems'] as const) {
        const byTable = answer[field];
        if (byTable) answer[field] = renamed(byTable, shorter);
      }
      return answer as A;
    },
  };
}

function renamed(byTable: ByTable, rename: (name: string) => string): ByTable {
  return Object.fromEntries(Object.entries(byTable).map(([name, value]) => [rename(name), value]));
}

/** A part of a transaction: `{ Put: { TableName, … } }`. */
function inPart(item: Record<string, { TableName: string }>, rename: (name: string) => string) {
  return Object.fromEntries(
    Object.entries(item).map(([kind, part]) => [kind, { ...part, TableName: rename(part.TableName) }]),
  );
}
