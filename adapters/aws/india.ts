import { z } from '@hono/zod-openapi';
import type { Line } from '#shared/data/line.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { readJsonSecret } from './secret.ts';

/** What a telecom operator in India has registered: the dairy, and its templates' ids by their names. */
const India = onDemand(() =>
  z.object({
    entityId: z.string().regex(/^\d+$/),
    templates: z.record(z.string(), z.string().regex(/^\d+$/)),
  }),
);
export type India = TypeOf<typeof India>;

/** From the secret that the stack names. It is no secret, but longer than a function's environment may be. */
export function readIndia(name: string, secrets: Line): Promise<India> {
  return readJsonSecret(name, secrets, India(), 'entityId and templates, ids of digits only');
}

/**
 * What goes with a message to a number in India. Throws where its text is of no template that is registered: operators
 * drop such a message and tell nobody, so it is not sent.
 */
export function registrationOf({ entityId, templates }: India, template: string | undefined) {
  const templateId = template === undefined ? undefined : templates[template];
  if (templateId === undefined) {
    const error = new Error(`not registered in India: ${template ?? 'a text of no template'}`);
    throw Object.assign(error, { code: 'NOT_REGISTERED' });
  }
  return { IN_ENTITY_ID: entityId, IN_TEMPLATE_ID: templateId };
}
