import type { JsonSchema } from '@orderflow/schema';
import { consumedBy, deadLetterTopicOf, type ServiceTopology, topics, topology } from './topology.js';
import type { EventClass, Topic } from './topic.js';

type AnyTopic = Topic<readonly EventClass[]>;
type Part = Record<string, unknown>;

const KAFKA_BINDING = '0.5.0';
const DEAD_LETTER = 'DEAD_LETTER';

const text = (description: string, rules: Part = {}): Part => ({ type: 'string', description, ...rules });

/** CloudEvents 1.0 in binary mode, as libs/messaging writes and reads it. */
const ENVELOPE: Part = {
  type: 'object',
  properties: {
    ce_specversion: text('The version of CloudEvents', { const: '1.0' }),
    ce_id: text('A UUID, the same however often the event is delivered'),
    ce_source: text('The publishing service; ce_source and ce_id together identify the event'),
    ce_type: text('The name of the message'),
    ce_subject: text('The message key'),
    ce_time: text('When the event was written to the outbox, RFC 3339', { format: 'date-time' }),
    'content-type': text('The type of the value, without the prefix of wire format', { const: 'application/json' }),
    traceparent: text('The event’s position in its trace (W3C Trace Context), if it has one'),
    tracestate: text('Vendor-specific trace data (W3C Trace Context)'),
  },
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'content-type'],
};

const WHY = ['topic', 'partition', 'offset', 'timestamp', 'group', 'error_code', 'error_message', 'error_stack'];
const HOW_OFTEN = ['attempts', 'first_failed_at', 'last_failed_at'];

/** The events of the services as AsyncAPI 3.0: every topic and event, with its publishers and consumers. */
export function asyncApiDocument(): Part {
  const deadLetters = topology.flatMap((service) => consumedBy(service).map((topic) => ({ service, topic })));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Orderflow events',
      version: '1',
      description:
        'A message is a CloudEvent 1.0 in binary mode. Its value is JSON, plain or in Confluent wire format (byte 0, schema id, JSON); every consumer reads both. ' +
        'Events are delivered at least once, and in order per topic and key.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries([
      ...topics.map((topic) => [topic.name, channelOf(topic)]),
      ...deadLetters.map(({ service, topic }) => [
        deadLetterTopicOf(topic, service),
        deadLetterChannelOf(topic, service),
      ]),
    ]),
    operations: Object.fromEntries(topology.flatMap((service) => operationsOf(service))),
    components: {
      messages: Object.fromEntries([
        ...topics.flatMap((topic) => topic.types.map((type) => [type.type, messageOf(topic, type)])),
        [DEAD_LETTER, deadLetterMessage()],
      ]),
    },
  };
}

function channelOf({ name, about, types }: AnyTopic): Part {
  return {
    address: name,
    title: name,
    description: about,
    messages: Object.fromEntries(types.map(({ type }) => [type, reference('components', 'messages', type)])),
    bindings: kafka({ topic: name }),
  };
}

function messageOf({ schemas }: AnyTopic, { type, about, name }: EventClass & { readonly name?: string }): Part {
  const schema = schemas.get(type) as JsonSchema;
  const key = schema.properties?.['orderId'] ? 'The order’s id' : 'item:<itemId>';
  return {
    name: type,
    title: name,
    summary: about,
    contentType: 'application/json',
    headers: ENVELOPE,
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema },
    bindings: kafka({
      key: text(key),
      schemaIdLocation: 'payload',
      schemaIdPayloadEncoding: 'confluent',
      schemaLookupStrategy: 'TopicRecordNameStrategy',
    }),
  };
}

function operationsOf(service: ServiceTopology): [string, Part][] {
  const sent = service.publishes.map((topic) => operation('send', service, topic, topic.types));
  const received = consumedBy(service).map((topic) => {
    const types = topic.types.filter((type) => service.handles.includes(type));
    return operation('receive', service, topic, types);
  });
  const deadLetters = consumedBy(service).map((topic): [string, Part] => {
    const name = deadLetterTopicOf(topic, service);
    return [
      `${service.name}.send.${name}`,
      {
        action: 'send',
        title: `${service.name} copies its dead letters`,
        channel: reference('channels', name),
        messages: [reference('channels', name, 'messages', DEAD_LETTER)],
        tags: [{ name: service.name }],
      },
    ];
  });
  return [...sent, ...received, ...deadLetters];
}

function operation(
  action: 'send' | 'receive',
  { name: service }: ServiceTopology,
  { name: topic }: AnyTopic,
  types: readonly EventClass[],
): [string, Part] {
  const part = {
    action,
    title: `${service} ${action === 'send' ? 'publishes' : 'handles'}`,
    channel: reference('channels', topic),
    messages: types.map(({ type }) => reference('channels', topic, 'messages', type)),
    tags: [{ name: service }],
    ...(action === 'receive' && { bindings: kafka({ groupId: { type: 'string', const: service } }) }),
  };
  return [`${service}.${action}.${topic}`, part];
}

function deadLetterChannelOf({ name: topic }: AnyTopic, service: ServiceTopology): Part {
  return {
    address: deadLetterTopicOf({ name: topic }, service),
    title: deadLetterTopicOf({ name: topic }, service),
    description: `A copy of each dead letter of ${service.name} from ${topic}. No service reads this topic.`,
    messages: { [DEAD_LETTER]: reference('components', 'messages', DEAD_LETTER) },
    bindings: kafka({ topic: deadLetterTopicOf({ name: topic }, service) }),
  };
}

function deadLetterMessage(): Part {
  const names = [...WHY, ...HOW_OFTEN].map((name) => `dead_letter_${name}`);
  return {
    name: DEAD_LETTER,
    title: 'Dead letter',
    summary:
      'The key, value and headers of a dead letter, byte for byte, and headers that say why it could not be handled.',
    headers: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      required: names.filter((name) => !name.endsWith('_stack')),
    },
    payload: { description: 'Whatever the message held' },
    bindings: kafka({ key: text('The key of the message') }),
  };
}

function kafka(binding: Part): Part {
  return { kafka: { ...binding, bindingVersion: KAFKA_BINDING } };
}

function reference(...path: string[]): Part {
  return { $ref: `#/${path.join('/')}` };
}
