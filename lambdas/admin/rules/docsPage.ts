import { html } from 'hono/html';
import { problems } from '#shared/domain/problem.ts';
import { exampleOf, type FieldText, fieldsOf, type Schema, type Schemas, typeOf } from './schemaText.ts';

interface Content {
  [contentType: string]: { schema: Schema };
}

interface Operation {
  operationId: string;
  summary: string;
  tags: readonly string[];
  'x-roles': readonly string[];
  parameters?: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content: Content }>;
}

/** Our OpenAPI document, as far as the page shows it. */
export interface ApiDocument {
  info: { title: string; description: string };
  tags: readonly { name: string }[];
  components: { schemas: Schemas };
  paths: Record<string, Record<string, Operation>>;
}

/** One endpoint with its place. */
interface Endpoint extends Operation {
  method: string;
  path: string;
}

type Html = ReturnType<typeof html>;

/** The readable page of an OpenAPI document: whole in itself, without a script. */
export async function docsPage(document: ApiDocument): Promise<string> {
  const endpoints = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
  const groups = document.tags
    .map(({ name }) => ({ name, endpoints: endpoints.filter(({ tags }) => tags.includes(name)) }))
    .filter((group) => group.endpoints.length > 0);
  const { schemas } = document.components;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title} API</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<a class="skip" href="#top">Skip to the endpoints</a>
<header class="masthead">
<p class="mark">${document.info.title}</p>
<h1>API</h1>
<p class="lead">${document.info.description}</p>
<p><a href="/openapi.json">OpenAPI 3.1 document</a> · <a href="#errors">Error codes</a></p>
</header>
<div class="columns">
${contents(groups)}
<main id="top">
${basics()}
${groups.map((group) => section(group, schemas))}
${errorTable()}
</main>
</div>
</body>
</html>
`;
  return page.toString();
}

function contents(groups: readonly { name: string; endpoints: readonly Endpoint[] }[]): Html {
  return html`<nav aria-label="Endpoints">
<ul>
<li><a class="group" href="#basics">basics</a></li>
${groups.map(
  ({ name, endpoints }) => html`<li><a class="group" href="#${name}">${name}</a>
<ul>${endpoints.map(
    ({ operationId, path, method }) =>
      html`<li><a href="#${operationId}"><span class="verb ${method}">${method}</span> ${path}</a></li>`,
  )}</ul></li>`,
)}
<li><a class="group" href="#errors">errors</a></li>
</ul></nav>`;
}

function basics(): Html {
  return html`<section id="basics"><h2>Basics</h2>
<dl class="basics">
<div><dt>Who you are</dt><dd>Log in with <code>POST /user/login</code> and send
<code>Authorization: Bearer …</code>. What you may do follows from your role: customer, courier or admin.
A <code>userId</code> in a request is accepted if it is yours, or if you are an admin acting for that customer.</dd></div>
<div><dt>Sending</dt><dd>Bodies are <code>application/json</code>; a field that is not listed here is refused.</dd></div>
<div><dt>Once only</dt><dd>Send an <code>Idempotency-Key</code> where it is listed: the same key and body within
24 hours give the first successful answer again, and no second effect.</dd></div>
<div><dt>Lists</dt><dd>Bare arrays. When there is more, the answer's <code>Link</code> header names the next page
(<code>rel="next"</code>).</dd></div>
<div><dt>Refusals</dt><dd><code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>;
<code>errors[]</code> names each bad place. The codes stand <a href="#errors">at the end</a>.</dd></div>
</dl></section>`;
}

function section(
  { name, endpoints }: { name: string; endpoints: readonly Endpoint[] },
  schemas: Schemas,
): Html {
  return html`<section id="${name}"><h2>${name}</h2>
${endpoints.map((endpoint) => article(endpoint, schemas))}
</section>`;
}

function article(endpoint: Endpoint, schemas: Schemas): Html {
  const { operationId, method, path, summary } = endpoint;
  const roles = endpoint['x-roles'];
  return html`<article id="${operationId}">
<h3><a href="#${operationId}"><span class="verb ${method}">${method}</span> <code>${path}</code></a></h3>
<p class="summary">${summary}</p>
<p class="who">${roles.map((role) => html`<span class="role ${role}">${role}</span> `)}<code class="name">${operationId}</code></p>
<div class="sides">
<div class="fields">
${fieldList('Request', requestFields(endpoint, schemas))}
${answers(endpoint, schemas)}
</div>
<div class="examples">${examples(endpoint, schemas)}</div>
</div>
</article>`;
}

function requestFields({ parameters = [], requestBody }: Endpoint, schemas: Schemas): FieldText[] {
  const shape = {
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
  const isHeader = new Set(
    parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
  );
  const body = requestBody?.content['application/json']?.schema;
  return [
    ...fieldsOf(shape, schemas).map((field) =>
      isHeader.has(field.name)
        ? { ...field, type: 'header', note: 'any text of 1 to 200 characters' }
        : field,
    ),
    ...(body ? fieldsOf(body, schemas) : []),
  ];
}

function fieldList(title: string, fields: readonly FieldText[]): Html | string {
  if (fields.length === 0)
    return title === 'Request' ? html`<h4>Request</h4><p class="none">No fields.</p>` : '';
  return html`<h4>${title}</h4>
<ul class="list">${fields.map(
    ({ name, type, needed, note }) =>
      html`<li><code>${name}</code> <span class="type">${type}</span>${
        needed && title === 'Request' ? html` <strong>needed</strong>` : ''
      }${note ? html`<span class="note">${note}</span>` : ''}</li>`,
  )}</ul>`;
}

function answers({ responses }: Endpoint, schemas: Schemas): Html[] {
  return successes(responses).flatMap(({ status, content }) =>
    Object.entries(content).map(([contentType, { schema }]) => {
      const isJson = contentType === 'application/json';
      const what = isJson ? typeOf(schema, schemas) : contentType;
      return html`<h4>Answer ${status} <span class="type">${what}</span></h4>
${isJson ? fieldList('', fieldsOf(schema, schemas)) : ''}`;
    }),
  );
}

function successes(responses: Endpoint['responses']) {
  return Object.entries(responses)
    .filter(([status]) => /^2/.test(status))
    .map(([status, { content }]) => ({ status, content }));
}

function examples(endpoint: Endpoint, schemas: Schemas): Html {
  const { method, path, parameters = [], requestBody, responses } = endpoint;
  const query = parameters
    .filter(
      (parameter) =>
        parameter.in === 'query' && (parameter.required || parameter.schema.example !== undefined),
    )
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, schemas, name)))}`);
  const lines = [
    `${method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    ...(endpoint['x-roles'].includes('public') ? [] : ['Authorization: Bearer …']),
    ...(parameters.some(({ name }) => name === 'Idempotency-Key') ? ['Idempotency-Key: 7b0f2c'] : []),
  ];
  const body = requestBody?.content['application/json']?.schema;
  const sent = body && requestBody?.required ? exampleOf(body, schemas, '', true) : undefined;
  if (sent !== undefined) lines.push('Content-Type: application/json', '', JSON.stringify(sent, null, 2));
  const [success] = successes(responses);
  const answer = success?.content['application/json']?.schema;
  return html`<h4>Example</h4><pre tabindex="0"><code>${lines.join('\n')}</code></pre>
${
  success && answer
    ? html`<pre tabindex="0"><code>${`${success.status}\n\n${JSON.stringify(exampleOf(answer, schemas), null, 2)}`}</code></pre>`
    : ''
}`;
}

function errorTable(): Html {
  const rows = Object.entries<{ status: number; title: string; retryable?: boolean }>(problems);
  return html`<section id="errors"><h2>errors</h2>
<p>A problem's <code>type</code> is the address of its row here.</p>
<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.map(
    ([
      code,
      { status, title, retryable },
    ]) => html`<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${status}</td>
<td>${title}${retryable ? '; trying again may help' : ''}</td></tr>`,
  )}</tbody></table></section>`;
}
