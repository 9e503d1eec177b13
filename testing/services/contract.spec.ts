import { describe, expect, it } from '@jest/globals';
import { consumedBy, deadLetterTopicOf, type EventClass as EventType, topology } from '@orderflow/events';
import { type Sample, samplesOf } from '@orderflow/events/testing';
import { BatchContext, type ConsumedMessage, decodeCloudEvent, type EventClass } from '@orderflow/messaging';
import { deadLetterTopics, type Handler, handlersIn, publishedIn, withSchemaId } from '@orderflow/messaging/testing';
import type { Transaction } from '@orderflow/postgres';
import { loadService } from './load-service.js';

function delivered({ key, headers, value }: Sample, encode: (json: string) => Buffer): ConsumedMessage {
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]);
  return {
    ...{ topic: 'as-it-was', partition: 0, offset: '0', timestamp: '0', key: Buffer.from(key) },
    ...{ value: encode(JSON.stringify(value)), headers: Object.fromEntries(bytes) },
  };
}

/** The calls of the consumer to its use case. */
async function askedBy({ consumer, method, events }: Handler, message: ConsumedMessage): Promise<unknown[]> {
  const asked: unknown[] = [];
  const useCase = { execute: async (_: unknown, inputs: unknown[]) => void asked.push(...inputs) };
  const event = decodeCloudEvent(message, events.get(String(message.headers['ce_type'])) as EventClass);
  const nobodyErased = { namesAt: async () => (customerId: string) => customerId };
  await new consumer(useCase, nobodyErased)[method]([event], new BatchContext([{} as Transaction]));
  return asked;
}

const services = await Promise.all(
  topology.map(async (service) => {
    const module = await loadService(service.name);
    return { ...service, module, handlers: handlersIn(module) };
  }),
);

describe.each(services)('$name', ({ handlers, module, ...service }) => {
  it('publishes and handles the events in libs/events/src/topology.ts', () => {
    expect(publishedIn(module)).toEqual(service.publishes);
    const handled = new Set(handlers.flatMap(({ events }) => [...events.values()]));
    expect(handled).toEqual(new Set<unknown>(service.handles));
  });

  it('has the dead-letter topics in libs/events/src/topology.ts', () => {
    const consumed = consumedBy(service);
    const made = deadLetterTopics(
      consumed.map(({ name }) => name),
      service.name,
      { partitions: 1, replicationFactor: 1, retentionMs: 1 },
    );
    expect(made.map(({ name }) => name)).toEqual(consumed.map((topic) => deadLetterTopicOf(topic, service)));
  });

  const cases = handlers.flatMap((handler) =>
    samplesOf([...handler.events.values()] as unknown as EventType[]).map((sample) => ({ handler, sample })),
  );
  for (const { handler, sample } of cases) {
    it(`handles ${sample.file}, plain and in wire format`, async () => {
      const plain = await askedBy(handler, delivered(sample, Buffer.from));
      const framed = await askedBy(
        handler,
        delivered(sample, (json) => withSchemaId(7, json)),
      );
      expect(plain.length).toBe(1);
      expect(JSON.stringify(plain)).toContain((sample.value as { orderId: string }).orderId);
      expect(framed).toEqual(plain);
    });
  }
});
