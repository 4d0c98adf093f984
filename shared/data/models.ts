import type { DynamooseModels } from './dynamoose.ts';
import type { Key, Row, Table } from './table.ts';
import type { StoreAddress } from './wire.ts';

/**
 * Plain reads and writes of rows through Dynamoose, where a request's processor time does not matter; the order
 * path uses Store (docs/decisions/0003). Both see the same rows: a test writes by one and reads by the other.
 * Dynamoose is loaded with the first of them, so that a function which needs none starts without it.
 */
export class Models {
  readonly #address: StoreAddress;
  #loaded: Promise<DynamooseModels> | undefined;

  constructor(address: StoreAddress) {
    this.#address = address;
  }

  /** One row by key, strongly consistent; undefined when there is none. */
  async find<T extends Row>(table: Table<T>, key: Key): Promise<T | undefined> {
    return (await this.#load()).find(table, key);
  }

  /** Writes a new row; throws ConditionalCheckFailedException when its key is taken. */
  async create<T extends Row>(table: Table<T>, row: T): Promise<void> {
    return (await this.#load()).create(table, row);
  }

  #load(): Promise<DynamooseModels> {
    this.#loaded ??= import('./dynamoose.ts').then((made) => new made.DynamooseModels(this.#address));
    return this.#loaded;
  }
}
