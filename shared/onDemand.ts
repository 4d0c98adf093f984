import type { z } from '@hono/zod-openapi';

/**
 * Makes a value when somebody first asks for it, and keeps it: a schema that only the document of the API or a tool reads
 * costs a cold start nothing.
 */
export function onDemand<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What a schema parses to that is made on demand. */
export type TypeOf<S extends () => z.ZodType> = z.infer<ReturnType<S>>;
