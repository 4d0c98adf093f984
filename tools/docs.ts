// Writes the generated files: docs/openapi.json, docs/events.md, docs/errors.md, docs/sms-templates.md and the types of
// the API for screens.
// With --check it writes nothing and fails when one of them is stale.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from '@hono/zod-openapi';
import { lambdas } from '#lambdas/all.ts';
import { VARIABLE_CHARS } from '#lambdas/notification/rules/fences.ts';
import { type RegisteredSms, smsTemplates } from '#lambdas/notification/rules/smsTemplates.ts';
import { problems } from '#shared/domain/problem.ts';
import { catalogue, type EventType, eventTypes } from '#shared/events/catalogue.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { openApiOf } from '#shared/http/openapi.ts';
import { doorTypes } from './doorTypes.ts';

const openApi = openApiOf(lambdas);
const files: Record<string, () => string | Promise<string>> = {
  'docs/openapi.json': () => `${JSON.stringify(openApi, null, 2)}\n`,
  'docs/events.md': () => formatted('docs/events.md', eventsPage()),
  'docs/errors.md': () => formatted('docs/errors.md', errorsPage()),
  'docs/sms-templates.md': () => formatted('docs/sms-templates.md', smsPage()),
  'web/kit/api/doors.gen.ts': () => doorTypes(openApi),
};

const isCheck = process.argv.includes('--check');
const made = await Promise.all(
  Object.entries(files).map(async ([name, make]) => ({ name, text: await make() })),
);
const stale = made.filter(({ name, text }) => !isFresh(name, text));
const names = stale.map(({ name }) => name).join(', ');
if (isCheck && stale.length > 0) {
  console.error(`Stale: ${names}. Run \`npm run docs\` and commit the result.`);
  process.exit(1);
}
for (const { name, text } of stale) writeFileSync(fileOf(name), text);
console.log(stale.length > 0 ? `Written: ${names}` : `${Object.keys(files).join(', ')} are up to date`);

function isFresh(name: string, text: string): boolean {
  try {
    return readFileSync(fileOf(name), 'utf8') === text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}

/** The text as `npm run fix` would leave it, so that the two never disagree. */
function formatted(name: string, text: string): string {
  const biome = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  const asked = [biome, 'format', `--stdin-file-path=${name}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, asked, { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Biome cannot format ${name}: ${stderr}`);
  return stdout;
}

function fileOf(name: string): URL {
  return new URL(`../${name}`, import.meta.url);
}

function eventsPage(): string {
  const intro = `# Events

Made by \`npm run docs\` from \`shared/events/catalogue.ts\` and \`shared/events/subscriptions.ts\`; do not edit.

Every change writes its events into the outbox in its own transaction. An event comes at least once and in any
order; \`eventId\` tells repeats, \`entityVersion\` tells which of two is newer. Besides the fields below every event
has \`eventId\`, \`eventType\`, \`schema\`, \`entityId\`, \`entityVersion\` and \`timestamp\` (ISO 8601, UTC). Amounts ending
in \`Minor\` are minor units. Events carry ids and figures, never names, addresses or contacts.
`;
  return `${[intro, '| type | tells | listened to by |', '| --- | --- | --- |'].join('\n')}
${eventTypes.map((type) => `| [${type}](#${type.toLowerCase()}) | ${catalogue[type].tells} | ${listenersOf(type)} |`).join('\n')}

${eventTypes.map(eventSection).join('\n')}`;
}

function eventSection(type: EventType): string {
  const { entity, tells, schema, sample } = catalogue[type];
  const example = {
    eventId: 'E01KDZ7Q3M2VJ5W8XR4T6Y9ABC',
    eventType: type,
    schema,
    entityId: entityIdOf(entity, sample),
    entityVersion: 1,
    timestamp: '2027-01-04T16:30:00.000Z',
    ...sample,
  };
  return `## ${type}

${tells.charAt(0).toUpperCase()}${tells.slice(1)}. Entity: ${entity}. Schema ${schema}. Listened to by ${listenersOf(type)}.

| field | type | |
| --- | --- | --- |
${fieldRows(type).join('\n')}

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`
`;
}

/** The sample's id of the entity, which the event carries under the entity's name where it has one. */
function entityIdOf(entity: string, sample: Record<string, unknown>): string {
  const id = sample[`${entity}Id`];
  return typeof id === 'string' ? id : entity === 'settings' ? 'dairy' : 'R1';
}

function listenersOf(type: EventType): string {
  const listeners = subscriptions.filter(({ events }) => events.includes(type));
  return listeners.map(({ consumer, via }) => `${consumer} (${via})`).join(', ');
}

function fieldRows(type: EventType): string[] {
  const shape = z.toJSONSchema(catalogue[type].data as z.ZodType) as JsonSchema;
  const required = new Set(shape.required ?? []);
  return Object.entries(shape.properties ?? {}).map(
    ([name, field]) => `| \`${name}\` | ${typeText(field)} | ${required.has(name) ? '' : 'optional'} |`,
  );
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
}

function typeText(field: JsonSchema): string {
  if (field.items) return `list of ${typeText(field.items)}`;
  if (!field.properties) return field.type ?? 'any';
  return `{${Object.entries(field.properties)
    .map(([name, inner]) => `${name}: ${typeText(inner)}`)
    .join(', ')}}`;
}

function errorsPage(): string {
  const rows = Object.entries<{ status: number; title: string; retryable?: boolean }>(problems).map(
    ([code, { status, title, retryable }]) =>
      `| \`${code}\` | ${status} | ${title} | ${retryable ? 'yes' : ''} |`,
  );
  return `# Error codes

Made by \`npm run docs\` from \`shared/domain/problem.ts\`; do not edit.

Errors are \`application/problem+json\` (RFC 9457): \`type\` (\`/docs#CODE\`), \`title\`, \`status\`, \`detail\`, \`code\`,
\`errors[]\` with a pointer to each bad place, and \`requestId\`, which the logs have too.

| code | status | meaning | trying again may help |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function smsPage(): string {
  const all = smsTemplates();
  const rows = (some: readonly RegisteredSms[]) =>
    some.map(({ name, text }) => `| \`${name}\` | \`${text}\` |`).join('\n');
  const head = '| name | text to register |\n| --- | --- |';
  return `# Text messages that India wants registered

Made by \`npm run docs\` from \`lambdas/notification/rules/\`; do not edit.

Operators in India deliver a text message by a sender id only if its text fits a template that the dairy registered with
one of them (DLT), and comes with that template's id. What to do with this list is said in
[deploy.md](deploy.md#text-messages-in-india).

- **\`{dairy}\`** is the dairy's name as in its settings: register it in its place, as fixed text. Under another name
  the templates are others, and have to be registered anew.
- **\`{#var#}\`** stands for at most ${VARIABLE_CHARS} characters; longer values are cut. Lists of products, weekdays or days of the month
  and the reason why something does not come can be longer: they have two, \`{#var#}{#var#}\`, for at most ${2 * VARIABLE_CHARS} together.
- **Tags**: where an operator wants tagged variables, the first one of \`SIGN_IN_CODE\` is \`{#numeric#}\`, six digits; all
  others are \`{#alphanumeric#}\`: amounts have their currency's sign, times a colon, lists commas. Whether an operator lets
  those signs through is for it to say.
- **The name** ends with a sum of the text. When a release changes the words the name is another, and nothing goes out
  under the id of the old ones.
- The same text under two names is registered once; both names get its id.

## To everybody with a telephone

${all.filter(({ toAll }) => toAll).length} templates. \`SIGN_IN_CODE\` is what signing in by telephone needs.

${head}
${rows(all.filter(({ toAll }) => toAll))}

## To who has no e-mail address

${all.filter(({ toAll }) => !toAll).length} templates, for what others are told by letter. One that is not registered is not told to them by text message.

${head}
${rows(all.filter(({ toAll }) => !toAll))}
`;
}
