import { hash } from 'node:crypto';
import { type JsonSchema, jsonSchemaOf } from '@orderflow/schema';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The class of an event: its instances are the event's data, its `type` is the CloudEvents type. */
export interface EventClass<Data extends object = object> {
  readonly type: string;
  /** What has happened, in a sentence for the documentation. */
  readonly about: string;
  new (): Data;
}

/** An event, ready for the outbox. */
interface NewEvent {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly data: object;
  /** `ce_id`; the outbox makes a new one unless it is given. */
  readonly id?: string;
}

/** A Kafka topic and the events that it carries. */
export class Topic<Types extends readonly EventClass[]> {
  constructor(
    readonly name: string,
    /** What its events are about, in a sentence. */
    readonly about: string,
    readonly types: Types,
  ) {}

  /** The JSON Schema of each event, by type. */
  get schemas(): ReadonlyMap<string, JsonSchema> {
    return new Map(this.types.map((type) => [type.type, jsonSchemaOf(type, type.type)]));
  }

  /** @param key the order's id, or `item:<itemId>` for an event that concerns an item alone */
  event<Type extends Types[number]>(type: Type, key: string, data: InstanceType<Type>): NewEvent {
    return { topic: this.name, key, type: type.type, data };
  }

  /**
   * For events that happen at most once per key, or per key and occurrence. The id is a UUID version 8 (RFC 9562) of these:
   * published again, it is the same event, and a consumer that has handled it drops it. It begins with the key's time if the key is a UUID
   * version 7, so that the keys of the inbox rise with time.
   */
  eventWithStableId<Type extends Types[number]>(
    type: Type,
    key: string,
    data: InstanceType<Type>,
    occurrence?: number,
  ): NewEvent {
    return { ...this.event(type, key, data), id: stableId(type.type, key, occurrence) };
  }
}

/** A change would make republished events new ones. */
function stableId(type: string, key: string, occurrence?: number): string {
  const digest = hash('sha256', occurrence === undefined ? `${type} ${key}` : `${type} ${key} ${occurrence}`);
  const start = UUID_V7.test(key) ? key.slice(0, 13) : `${digest.slice(0, 8)}-${digest.slice(8, 12)}`;
  return `${start}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
