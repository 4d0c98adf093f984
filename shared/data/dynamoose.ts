import type { z } from '@hono/zod-openapi';
import dynamoose from 'dynamoose';
import { foldRow, unfoldRow } from './item.ts';
import type { Key, Row, Table } from './table.ts';
import type { StoreAddress } from './wire.ts';

type Field = { type: unknown; schema?: unknown; hashKey?: true; rangeKey?: true; index?: object[] };

/** The table's Dynamoose schema, made from its one declaration. */
function schemaOf(table: Table) {
  const fields: Record<string, Field> = {};
  const free: string[] = [];
  if (table.folded.size > 0) fields.folded = { type: String };
  for (const [name, type] of Object.entries(table.schema.shape)) {
    if (!table.folded.has(name)) fields[name] = fieldOf(type as z.ZodType, name, free);
  }
  (fields[table.hash] as Field).hashKey = true;
  if (table.range) (fields[table.range] as Field).rangeKey = true;
  for (const [name, key] of Object.entries(table.indexes)) {
    const field = fields[key.hash] as Field;
    field.index = [...(field.index ?? []), { name, type: 'global', rangeKey: key.range }];
  }
  return new dynamoose.Schema(fields as never, { saveUnknown: free });
}

/** A table's model in an instance of Dynamoose, which never makes or changes tables itself. */
function modelIn(instance: InstanceType<typeof dynamoose.Instance>, table: Table, prefix = '') {
  const model = dynamoose.model(table.name, schemaOf(table));
  new instance.Table(table.name, [model], {
    prefix,
    create: false,
    update: false,
    waitForActive: false,
    throughput: 'ON_DEMAND',
  });
  return model;
}

/** The tables' models in an instance of Dynamoose; models.ts says who uses them. */
export class DynamooseModels {
  readonly #instance = new dynamoose.Instance();
  readonly #models = new Map<Table, ReturnType<typeof modelIn>>();

  readonly #prefix: string | undefined;

  constructor({ region, endpoint, prefix, credentials }: StoreAddress) {
    this.#prefix = prefix;
    this.#instance.aws.ddb.set(
      new dynamoose.aws.ddb.DynamoDB({ region, endpoint, credentials: async () => credentials() }),
    );
  }

  /** One row by key, strongly consistent; undefined when there is none. */
  async find<T extends Row>(table: Table<T>, key: Key): Promise<T | undefined> {
    const item = await this.#of(table).get(key, { consistent: true });
    return item ? (unfoldRow(table, item.toJSON()) as T) : undefined;
  }

  /** Writes a new row; throws ConditionalCheckFailedException when its key is taken. */
  async create<T extends Row>(table: Table<T>, row: T): Promise<void> {
    await this.#of(table).create(foldRow(table, row) as never);
  }

  #of(table: Table) {
    let model = this.#models.get(table);
    if (!model) {
      model = modelIn(this.#instance, table, this.#prefix);
      this.#models.set(table, model);
    }
    return model;
  }
}

/** Where models are made only to be read off. */
const drawingBoard = new dynamoose.Instance();

/** The CreateTable request of a table (AWS API shape): on-demand, its indexes, and its stream if it has one. */
export async function createTableRequest(table: Table): Promise<Record<string, unknown>> {
  const model = modelIn(drawingBoard, table);
  const request = (await model.table().create({ return: 'request' })) as unknown as Record<string, unknown>;
  return {
    ...request,
    ...(table.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } } : {}),
  };
}

/** Dynamoose's field for a zod type. Maps with free keys are saved as they are (`free` collects their paths). */
function fieldOf(type: z.ZodType, path: string, free: string[]): Field {
  const def = type.def as {
    type: string;
    innerType?: z.ZodType;
    element?: z.ZodType;
    shape?: Record<string, z.ZodType>;
  };
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return fieldOf(def.innerType as z.ZodType, path, free);
    case 'nullable':
      return { type: [dynamoose.type.NULL, fieldOf(def.innerType as z.ZodType, path, free)] };
    case 'string':
    case 'enum':
    case 'literal':
      return { type: String };
    case 'number':
    case 'int':
      return { type: Number };
    case 'boolean':
      return { type: Boolean };
    case 'array':
      return { type: Array, schema: [fieldOf(def.element as z.ZodType, `${path}.*`, free)] };
    case 'object': {
      const schema: Record<string, Field> = {};
      for (const [name, inner] of Object.entries(def.shape ?? {})) {
        schema[name] = fieldOf(inner, `${path}.${name}`, free);
      }
      return { type: Object, schema };
    }
    // A value of one of several forms is a map whose keys its form decides.
    case 'union':
    case 'record':
      free.push(`${path}.**`);
      return { type: Object };
    default:
      throw new TypeError(`${path}: a row cannot hold a ${def.type}`);
  }
}
