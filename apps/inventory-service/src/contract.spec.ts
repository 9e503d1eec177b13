import { describe, expect, it } from '@jest/globals';
import { topology } from '@orderflow/events';
import { type Sample, samplesOf } from '@orderflow/events/testing';
import { BatchContext, type ConsumedMessage, decodeCloudEvent, type EventClass } from '@orderflow/messaging';
import { type Handler, handlersIn, publishedIn, withSchemaId } from '@orderflow/messaging/testing';
import type { Transaction } from '@orderflow/postgres';
import { InventoryServiceConfig } from './app.config.js';
import { AppModule } from './app.module.js';

const module = AppModule.forRoot(new InventoryServiceConfig());
const service = topology.find(({ name }) => name === 'inventory-service');
const handlers = handlersIn(module);

function delivered({ key, headers, value }: Sample, encode: (json: string) => Buffer): ConsumedMessage {
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]);
  return {
    ...{ topic: 'as-it-was', partition: 0, offset: '0', timestamp: '0', key: Buffer.from(key) },
    ...{ value: encode(JSON.stringify(value)), headers: Object.fromEntries(bytes) },
  };
}

/** What the consumer asks its use case to do. */
async function askedBy({ consumer, method, events }: Handler, message: ConsumedMessage): Promise<unknown[]> {
  const asked: unknown[] = [];
  const useCase = { execute: async (_: unknown, inputs: unknown[]) => void asked.push(...inputs) };
  const event = decodeCloudEvent(message, events.get(String(message.headers['ce_type'])) as EventClass);
  await new consumer(useCase)[method]([event], new BatchContext([{} as Transaction]));
  return asked;
}

describe('what inventory-service publishes and handles', () => {
  it('is what @orderflow/events has of it', () => {
    expect(publishedIn(module)).toEqual(service?.publishes);
    const handled = new Set(handlers.flatMap(({ events }) => [...events.values()]));
    expect(handled).toEqual(new Set<unknown>(service?.handles));
  });

  it.each(
    handlers.flatMap((handler) =>
      samplesOf([...handler.events.values()] as unknown as Parameters<typeof samplesOf>[0]).map(
        (sample) => [sample.file, handler, sample] as const,
      ),
    ),
  )('is told by %s, plain and in wire format', async (_, handler, sample) => {
    const plain = await askedBy(handler, delivered(sample, Buffer.from));
    const framed = await askedBy(
      handler,
      delivered(sample, (json) => withSchemaId(7, json)),
    );
    expect(plain.length).toBe(1);
    expect(JSON.stringify(plain)).toContain((sample.value as { orderId: string }).orderId);
    expect(framed).toEqual(plain);
  });
});
