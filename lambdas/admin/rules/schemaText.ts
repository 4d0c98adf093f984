/** The parts of JSON Schema that our OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  example?: unknown;
  description?: string;
}
export type Schemas = Record<string, Schema>;

/** One field as a reader sees it. */
export interface FieldText {
  /** Its path, e.g. `items[].qty`. */
  name: string;
  type: string;
  needed: boolean;
  /** Its limits and meaning; empty when there is nothing to say. */
  note: string;
}

const MAX_DEPTH = 4;

/** The fields of a schema and of what is nested in it, in reading order. */
export function fieldsOf(schema: Schema, schemas: Schemas, path = '', depth = 0): FieldText[] {
  const { resolved, suffix } = listed(resolve(schema, schemas), schemas);
  const needed = new Set(resolved.required ?? []);
  return Object.entries(resolved.properties ?? {}).flatMap(([name, property]) => {
    const field = resolve(property, schemas);
    const full = `${path}${suffix}${path || suffix ? '.' : ''}${name}`;
    const row = {
      name: full,
      type: typeOf(field, schemas),
      needed: needed.has(name),
      note: noteOf(listed(field, schemas).resolved, field),
    };
    return depth < MAX_DEPTH ? [row, ...fieldsOf(field, schemas, full, depth + 1)] : [row];
  });
}

function resolve(schema: Schema, schemas: Schemas): Schema {
  const named = schema.$ref ? schemas[schema.$ref.split('/').at(-1) ?? ''] : undefined;
  return named ? { ...named, ...(schema.description ? { description: schema.description } : {}) } : schema;
}

/** What a list is a list of; a schema that is no list stays as it is, of several the one with fields. */
function listed(schema: Schema, schemas: Schemas): { resolved: Schema; suffix: string } {
  const detailed = (schema.anyOf ?? schema.oneOf ?? []).map((choice) => resolve(choice, schemas));
  const resolved = detailed.find((choice) => choice.properties) ?? schema;
  if (!schema.items) return { resolved, suffix: '' };
  const inner = listed(resolve(schema.items, schemas), schemas);
  return { resolved: inner.resolved, suffix: `[]${inner.suffix}` };
}

const plain: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};
const formats: Record<string, string> = {
  'date-time': 'instant',
  date: 'day',
  email: 'e-mail address',
  password: 'password',
};

/** A schema's type in words, e.g. `list of CARD | UPI`. */
export function typeOf(schema: Schema, schemas: Schemas): string {
  const resolved = resolve(schema, schemas);
  if (resolved.items) return `list of ${typeOf(resolved.items, schemas)}`;
  const choices = resolved.anyOf ?? resolved.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, schemas)))].join(' or ');
  if (resolved.enum) return resolved.enum.map(String).join(' | ');
  if (resolved.const !== undefined) return String(resolved.const);
  const types = [resolved.type ?? 'object'].flat();
  const words = types.map((type) =>
    type === 'string' ? (formats[resolved.format ?? ''] ?? 'text') : (plain[type] ?? type),
  );
  return words.join(' or ');
}

function noteOf(schema: Schema, outer: Schema): string {
  const notes = [
    outer.description ?? schema.description,
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(outer.minItems, outer.maxItems, ' entries'),
    schema.pattern ? `matches ${schema.pattern}` : undefined,
    outer.default === undefined ? undefined : `${JSON.stringify(outer.default)} unless given`,
  ];
  return notes.filter((note) => note !== undefined).join('; ');
}

function range(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  // Where zod has no bound of its own it writes the largest exact whole number.
  const top = most === Number.MAX_SAFE_INTEGER ? undefined : most;
  const bottom = least === Number.MIN_SAFE_INTEGER ? undefined : least;
  if (top !== undefined) return bottom === undefined ? `at most ${top}${unit}` : `${bottom} to ${top}${unit}`;
  return bottom === undefined ? undefined : `at least ${bottom}${unit}`;
}

const samples: Record<string, unknown> = {
  userId: 'U101',
  productId: 'P101',
  orderId: 'O101',
  cartId: 'C101',
  paymentId: 'PAY101',
  refundId: 'R101',
  deliveryId: 'D101',
  courierId: 'U9',
  name: 'Cow Milk',
  message: 'Done',
  slotId: 'MORNING',
  day: '2027-01-05',
  deliveryDay: '2027-01-05',
  deliverySlot: '2027-01-05T07:00:00Z',
  pincode: '560038',
  timeZone: 'Asia/Kolkata',
  email: 'jimmy@example.com',
  phone: '+919812345678',
  qty: 2,
};

/** A value that the schema allows, such as a reader can follow; of a request only what is needed or has an example. */
export function exampleOf(schema: Schema, schemas: Schemas, name = '', isRequest = false): unknown {
  const resolved = resolve(schema, schemas);
  if (resolved.example !== undefined) return resolved.example;
  if (resolved.default !== undefined) return resolved.default;
  if (resolved.const !== undefined) return resolved.const;
  const [choice] = resolved.enum ?? resolved.anyOf ?? resolved.oneOf ?? [];
  if (resolved.enum) return choice;
  if (choice) return exampleOf(choice as Schema, schemas, name, isRequest);
  if (resolved.items) return [exampleOf(resolved.items, schemas, name, isRequest)];
  if (resolved.properties) return objectExample(resolved, schemas, isRequest);
  const type = [resolved.type ?? 'object'].flat()[0];
  const sample = samples[name];
  if (type === 'string') return typeof sample === 'string' ? sample : textSample(resolved, name);
  if (type === 'integer' || type === 'number')
    return typeof sample === 'number' ? sample : (resolved.minimum ?? 1);
  return type === 'boolean' ? true : {};
}

function objectExample(schema: Schema, schemas: Schemas, isRequest: boolean): Record<string, unknown> {
  const needed = new Set(schema.required ?? []);
  const shown = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) => !isRequest || needed.has(name) || resolve(property, schemas).example !== undefined,
  );
  return Object.fromEntries(
    shown.map(([name, property]) => [name, exampleOf(property, schemas, name, isRequest)]),
  );
}

function textSample(schema: Schema, name: string): string {
  if (schema.format === 'date-time' || name.endsWith('At') || name === 'at')
    return '2027-01-04T16:30:00.000Z';
  if (name.endsWith('Id')) return `${name.slice(0, 1).toUpperCase()}101`;
  return '…';
}
