/** The part of an AsyncAPI 3.0 document that {@link asyncApiPage} reads. */
export interface AsyncApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

interface Reference {
  readonly $ref: string;
}
interface Channel {
  readonly address: string;
  readonly description?: string;
  readonly messages: Readonly<Record<string, Reference>>;
}
interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly tags?: readonly { readonly name: string }[];
}
interface Message {
  readonly name: string;
  readonly summary?: string;
  readonly headers?: Schema;
  readonly payload?: { readonly schema?: Schema; readonly description?: string };
  readonly bindings?: { readonly kafka?: { readonly key?: Schema } };
}
/** The part of a JSON Schema that is read. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly [rule: string]: unknown;
}

/** An HTML page about every channel of the document. It loads nothing from other hosts and runs no script. */
export function asyncApiPage(document: AsyncApiDocument): string {
  const { info, channels } = document;
  const addresses = Object.entries(channels).map(
    ([name, { address }]) => `<a href="#${escaped(name)}">${escaped(address)}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(info.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<nav><h1>${escaped(info.title)}</h1>${addresses.join('')}<hr><a href="../asyncapi.json">asyncapi.json</a><a href="../docs">HTTP</a></nav>
<main>
<p>${escaped(info.description ?? '')}</p>
${Object.entries(channels)
  .map(([name, channel]) => channelSection(document, name, channel))
  .join('\n')}
</main>
</body>
</html>
`;
}

function channelSection(document: AsyncApiDocument, name: string, { address, description, messages }: Channel): string {
  const cards = Object.keys(messages).map((message) => messageCard(document, name, message));
  return `<section id="${escaped(name)}">
<h2>${escaped(address)}</h2>
<p>${escaped(description ?? '')}</p>
${cards.join('\n')}
</section>`;
}

function messageCard(document: AsyncApiDocument, channel: string, name: string): string {
  const message = document.components.messages[name];
  if (!message) return '';
  const { summary = '', headers, payload, bindings } = message;
  const key = bindings?.kafka?.key?.description;
  return `<article id="${escaped(`${channel}/${name}`)}">
<h3>${escaped(message.name)}</h3>
<p>${escaped(summary)}</p>
<dl>
${definition('Sent by', namesOf(document, 'send', channel, name))}
${definition('Received by', namesOf(document, 'receive', channel, name))}
${key ? definition('Key', [key]) : ''}
</dl>
${payload?.schema ? table('Field', payload.schema) : `<p>${escaped(payload?.description ?? '')}</p>`}
${headers ? `<details><summary>Headers</summary>${table('Header', headers)}</details>` : ''}
</article>`;
}

/** The applications that have an operation with this message. */
function namesOf(
  { operations }: AsyncApiDocument,
  action: Operation['action'],
  channel: string,
  message: string,
): string[] {
  const reference = `#/channels/${channel}/messages/${message}`;
  return Object.values(operations)
    .filter((operation) => operation.action === action && operation.messages.some(({ $ref }) => $ref === reference))
    .flatMap(({ tags = [] }) => tags.map(({ name }) => name));
}

function definition(term: string, values: readonly string[]): string {
  const text =
    values.length > 0 ? values.map((value) => `<dd>${escaped(value)}</dd>`).join('') : '<dd class="none">nobody</dd>';
  return `<div><dt>${term}</dt>${text}</div>`;
}

function table(title: string, schema: Schema): string {
  const rows = fieldsOf(schema).map(
    ([name, field, isRequired]) =>
      `<tr><td><code>${escaped(name)}${isRequired ? '' : '?'}</code></td><td>${escaped(typeOf(field))}</td><td>${escaped(rulesOf(field))}</td></tr>`,
  );
  return `<table><thead><tr><th>${title}</th><th>Type</th><th>Rules</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Every field with its path, including the fields of list entries. */
function fieldsOf(schema: Schema, path = ''): [name: string, field: Schema, isRequired: boolean][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const own = `${path}${name}`;
    const isRequired = schema.required?.includes(name) === true;
    return [[own, field, isRequired], ...fieldsOf(field, `${own}.`), ...fieldsOf(field.items ?? {}, `${own}[].`)];
  });
}

function typeOf({ type, items }: Schema): string {
  const text = [type ?? 'any'].flat().join(' or ');
  return items ? `${text} of ${typeOf(items)}` : text;
}

const STRUCTURE = ['type', 'properties', 'required', 'items', 'additionalProperties', 'description'];

function rulesOf(schema: Schema): string {
  const rules = Object.entries(schema)
    .filter(([rule]) => !STRUCTURE.includes(rule))
    .map(([rule, value]) => (rule === '$comment' ? String(value) : `${rule} ${String(value)}`));
  return [...(schema.description ? [schema.description] : []), ...rules].join(', ');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --card: light-dark(#fafafa, #1c1c1f); --accent: light-dark(#0b5cad, #7cb7f5) }
* { box-sizing: border-box }
body { margin: 0; display: grid; grid-template-columns: 20rem 1fr; font: 15px/1.5 system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; border-right: 1px solid var(--line) }
nav h1 { font-size: 1.2rem; margin: 0 0 1rem }
nav a { display: block; padding: .2rem 0; overflow-wrap: anywhere }
hr { border: 0; border-top: 1px solid var(--line) }
a { color: var(--accent); text-decoration: none }
main { padding: 1.5rem 2.5rem; max-width: 68rem; min-width: 0 }
h2 { margin: 2.5rem 0 0; font-size: 1.35rem }
h3 { margin: 0; font: 600 1.05rem ui-monospace, monospace }
article { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto }
article p { margin: .25rem 0 .75rem }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0 0 .75rem }
dt { font-size: .75rem; text-transform: uppercase; letter-spacing: .05em; opacity: .65 }
dd { display: inline-block; margin: 0 .75rem 0 0 }
.none { opacity: .6 }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { font-size: .75rem; opacity: .65 }
td:last-child { overflow-wrap: anywhere }
code { font-family: ui-monospace, monospace }
details { margin-top: .75rem }
summary { cursor: pointer; color: var(--accent) }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto; border: 0; border-bottom: 1px solid var(--line) } main { padding: 1rem } }
`;
