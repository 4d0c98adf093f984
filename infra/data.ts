import { CfnTable, type CfnTableProps } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { createTableRequest } from '../shared/data/dynamoose.ts';
import type { Table } from '../shared/data/table.ts';
import type { Access } from './access.ts';
import { isKept, nameIn, removalIn } from './names.ts';

/** A table with its CreateTable request, which only an async call can make. */
export interface TableRequest {
  table: Table;
  request: Record<string, unknown>;
}

export function requestAll(tables: readonly Table[]): Promise<TableRequest[]> {
  return Promise.all(tables.map(async (table) => ({ table, request: await createTableRequest(table) })));
}

/** What each kind of access comes to; a transaction asks for the verbs of its parts. Nobody may scan. */
const verbs = {
  find: ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'],
  append: ['PutItem'],
  change: ['PutItem', 'UpdateItem', 'DeleteItem'],
};

/** The tables: the ones that the embedded engine has at home, made from the same declarations. */
export class Data extends Construct {
  readonly #tables = new Map<string, { table: Table; made: CfnTable }>();

  constructor(scope: Construct, id: string, requests: readonly TableRequest[]) {
    super(scope, id);
    for (const { table, request } of requests) {
      const made = new CfnTable(this, table.name, {
        ...asProperties(request),
        tableName: nameIn(this, table.name),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtectionEnabled: isKept(this),
        timeToLiveSpecification: table.expires
          ? { enabled: true, attributeName: 'expiresAtSeconds' }
          : undefined,
      });
      made.applyRemovalPolicy(removalIn(this));
      this.#tables.set(table.name, { table, made });
    }
  }

  /** The stream of a table that has one. */
  streamOf(name: string): string {
    return this.#of(name).made.attrStreamArn;
  }

  /** What lets somebody do with the tables what `access` says, index by index, verb by verb. */
  permits(access: Pick<Required<Access>, 'reads' | 'appends' | 'changes'>): PolicyStatement[] {
    const { reads, appends, changes } = access;
    return [
      allow(verbs.find, reads.flatMap(this.#withIndexes)),
      allow(
        verbs.append,
        appends.map((name) => this.#of(name).made.attrArn),
      ),
      allow([...verbs.find, ...verbs.change], changes.flatMap(this.#withIndexes)),
    ];
  }

  #withIndexes = (name: string): string[] => {
    const { table, made } = this.#of(name);
    return [made.attrArn, ...Object.keys(table.indexes).map((index) => `${made.attrArn}/index/${index}`)];
  };

  #of(name: string) {
    const found = this.#tables.get(name);
    if (!found) throw new Error(`there is no table ${name}`);
    return found;
  }
}

function allow(verbs: readonly string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: verbs.map((verb) => `dynamodb:${verb}`), resources });
}

/** CloudFormation takes the API's own words, except that a stream needs no switch and CDK writes names in camel case. */
function asProperties(request: Record<string, unknown>): CfnTableProps {
  return JSON.parse(JSON.stringify(request), (_key, value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const entries = Object.entries(value).filter(([name]) => name !== 'StreamEnabled');
    return Object.fromEntries(
      entries.map(([name, inner]) => [name.charAt(0).toLowerCase() + name.slice(1), inner]),
    );
  });
}
