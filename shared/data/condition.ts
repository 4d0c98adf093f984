/** A condition on the attributes of one row, checked by the store inside the write. */
export type Condition =
  | { op: '=' | '<>' | '<' | '<=' | '>' | '>='; attribute: string; value: unknown }
  | { op: 'absent' | 'present'; attribute: string }
  | { op: 'in'; attribute: string; values: readonly unknown[] }
  | { op: 'begins'; attribute: string; value: string }
  | { op: 'between'; attribute: string; from: unknown; to: unknown }
  | { op: 'and' | 'or'; parts: readonly Condition[] };

export const is = (attribute: string, value: unknown): Condition => ({ op: '=', attribute, value });
export const atLeast = (attribute: string, value: unknown): Condition => ({ op: '>=', attribute, value });
export const atMost = (attribute: string, value: unknown): Condition => ({ op: '<=', attribute, value });
export const lessThan = (attribute: string, value: unknown): Condition => ({ op: '<', attribute, value });
export const absent = (attribute: string): Condition => ({ op: 'absent', attribute });
export const present = (attribute: string): Condition => ({ op: 'present', attribute });
export const isIn = (attribute: string, values: readonly unknown[]): Condition => ({
  op: 'in',
  attribute,
  values,
});
export const begins = (attribute: string, value: string): Condition => ({ op: 'begins', attribute, value });
export const between = (attribute: string, from: unknown, to: unknown): Condition => ({
  op: 'between',
  attribute,
  from,
  to,
});
export const all = (...parts: Condition[]): Condition => ({ op: 'and', parts });
export const any = (...parts: Condition[]): Condition => ({ op: 'or', parts });

/** The attributes that a condition speaks of. */
export function attributesOf(condition: Condition): string[] {
  return 'parts' in condition ? condition.parts.flatMap(attributesOf) : [condition.attribute];
}

/** Collects the names and values of one request's expressions and gives out their placeholders. */
export class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};
  #byName = new Map<string, string>();

  name(attribute: string): string {
    let token = this.#byName.get(attribute);
    if (token === undefined) {
      token = `#a${this.#byName.size}`;
      this.#byName.set(attribute, token);
      this.names[token] = attribute;
    }
    return token;
  }

  value(value: unknown): string {
    const token = `:v${Object.keys(this.values).length}`;
    this.values[token] = value;
    return token;
  }
}

/** A condition as a DynamoDB expression. */
export function expressionOf(condition: Condition, holders: Placeholders): string {
  switch (condition.op) {
    case 'and':
    case 'or':
      // The store refuses brackets that hold one condition in brackets.
      if (condition.parts.length === 1 && condition.parts[0])
        return expressionOf(condition.parts[0], holders);
      return `(${condition.parts.map((part) => expressionOf(part, holders)).join(` ${condition.op.toUpperCase()} `)})`;
    case 'absent':
      return `attribute_not_exists(${holders.name(condition.attribute)})`;
    case 'present':
      return `attribute_exists(${holders.name(condition.attribute)})`;
    case 'in':
      return `${holders.name(condition.attribute)} IN (${condition.values.map((v) => holders.value(v)).join(', ')})`;
    case 'begins':
      return `begins_with(${holders.name(condition.attribute)}, ${holders.value(condition.value)})`;
    case 'between':
      return `${holders.name(condition.attribute)} BETWEEN ${holders.value(condition.from)} AND ${holders.value(condition.to)}`;
    default:
      return `${holders.name(condition.attribute)} ${condition.op} ${holders.value(condition.value)}`;
  }
}
