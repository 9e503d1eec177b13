import { describe, expect, it } from '@jest/globals';
import specs from '@asyncapi/specs';
import { Ajv, type AnySchema } from 'ajv';
import { asyncApiDocument } from './asyncapi.js';
import { samples } from './contract/stored.js';
import { topology, topics } from './topology.js';

interface Message {
  readonly headers: AnySchema;
  readonly payload: { readonly schema: AnySchema };
}
interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
}
interface Document {
  readonly channels: Readonly<Record<string, object>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const document = asyncApiDocument() as unknown as Document;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

const errorsOf = (schema: AnySchema, data: unknown) => {
  const validate = ajv.compile(schema);
  validate(data);
  return validate.errors ?? [];
};

function* referencesIn(part: unknown): Generator<string> {
  if (typeof part !== 'object' || part === null) return;
  for (const [name, value] of Object.entries(part)) {
    if (name === '$ref') yield value as string;
    else yield* referencesIn(value);
  }
}

const resolved = (reference: string) =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);

/** `<service> <action> <event>`, for the topics of events. */
function operations(): string[] {
  return Object.entries(document.operations)
    .filter(([, { channel }]) => topics.some(({ name }) => channel.$ref.endsWith(`/${name}`)))
    .flatMap(([id, { action, messages }]) =>
      messages.map(({ $ref }) => `${id.split('.')[0]} ${action} ${$ref.split('/').at(-1)}`),
    );
}

describe('the AsyncAPI document', () => {
  it('is valid by AsyncAPI’s own schema', () => {
    expect(errorsOf(specs.schemasWithoutId['3.0.0'] as AnySchema, document)).toEqual([]);
  });

  it('refers only to what is there', () => {
    const references = [...referencesIn(document)];
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => resolved(reference) === undefined)).toEqual([]);
  });

  it('names the publishers and consumers of each event', () => {
    const expected = topology.flatMap(({ name, publishes, handles }) => [
      ...publishes.flatMap(({ types }) => types.map(({ type }) => `${name} send ${type}`)),
      ...handles.map(({ type }) => `${name} receive ${type}`),
    ]);
    expect(operations().sort()).toEqual(expected.sort());
    const senders = topics.flatMap(({ types }) =>
      types.map(({ type }) => expected.filter((line) => line.endsWith(` send ${type}`)).length),
    );
    expect(new Set(senders)).toEqual(new Set([1]));
  });

  it.each(samples().map((sample) => [sample.file, sample] as const))('fits %s', (_, { headers, value, key }) => {
    const message = document.components.messages[headers['ce_type'] ?? ''] as Message;
    expect(errorsOf(message.headers, headers)).toEqual([]);
    expect(errorsOf(message.payload.schema, value)).toEqual([]);
    const { orderId, itemId } = value as { orderId?: string; itemId?: string };
    expect(key).toBe(orderId ?? `item:${itemId}`);
  });
});
