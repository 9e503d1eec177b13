import { type JsonSchema, jsonSchemaOf } from '@orderflow/schema';
import { v5 as uuidV5 } from 'uuid';

/** Namespace of the stable ids. Changing it would make republished events new ones. */
const STABLE_IDS = '5f3b8a52-6c0d-4c8e-9a71-2d4e7b90c316';

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
   * For events that happen at most once per key. The id is the UUID version 5 (RFC 9562) of type and key: published again,
   * it is the same event, and a consumer that has handled it drops it.
   */
  eventWithStableId<Type extends Types[number]>(type: Type, key: string, data: InstanceType<Type>): NewEvent {
    return { ...this.event(type, key, data), id: uuidV5(`${type.type} ${key}`, STABLE_IDS) };
  }
}
