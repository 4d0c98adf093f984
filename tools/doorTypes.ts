import { compile, type JSONSchema } from 'json-schema-to-typescript';

interface OpenApi {
  paths?: Record<string, object>;
  components?: object;
}
interface Operation {
  parameters?: { name: string; required?: boolean; schema: JSONSchema }[];
  requestBody?: { content?: Record<string, { schema?: JSONSchema }> };
  responses?: Record<string, { content?: Record<string, { schema?: JSONSchema }> }>;
}

/** The types of every door for the screens: what it takes and what it answers, by its method and path. */
export async function doorTypes(openApi: OpenApi): Promise<string> {
  const doors: Record<string, JSONSchema> = {};
  for (const [path, methods] of Object.entries(openApi.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      doors[`${method.toUpperCase()} ${path}`] = objectOf({
        input: inputOf(operation),
        output: outputOf(operation),
      });
    }
  }
  const schema = { ...objectOf(doors), components: openApi.components } as JSONSchema;
  const text = await compile(schema, 'Doors', {
    bannerComment:
      '// Made by `npm run docs` from the doors of the API; do not edit.\n// biome-ignore-all lint: generated',
    additionalProperties: false,
    unreachableDefinitions: false,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110 },
  });
  return text;
}

function objectOf(properties: Record<string, JSONSchema>): JSONSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function inputOf({ parameters, requestBody }: Operation): JSONSchema {
  const body = requestBody?.content?.['application/json']?.schema;
  if (body) return body;
  const given = parameters ?? [];
  return {
    type: 'object',
    properties: Object.fromEntries(given.map(({ name, schema }) => [name, schema])),
    required: given.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** The JSON of a success; of other kinds of content there is nothing to say. */
function outputOf({ responses = {} }: Operation): JSONSchema {
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  return answered(success?.content?.['application/json']?.schema ?? {});
}

/** What an answer holds: a field that has a default when it is read is always there when it is told. */
function answered(schema: JSONSchema): JSONSchema {
  if (Array.isArray(schema)) return schema.map(answered) as never;
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, answered(part)]));
  const defaulted = Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.default !== undefined)
    .map(([name]) => name);
  if (defaulted.length === 0) return parts;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return { ...parts, required: [...new Set([...required, ...defaulted])] };
}
