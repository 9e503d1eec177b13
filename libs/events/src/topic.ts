import { type JsonSchema, jsonSchemaOf } from '@orderflow/schema';
import { v5 as uuidV5 } from 'uuid';

/** Of the ids of events that happen once; changing it would make published events new ones. */
const ONCE = '5f3b8a52-6c0d-4c8e-9a71-2d4e7b90c316';

/** The class of an event: its instances are the event's data, its `type` is the CloudEvents type. */
export interface EventType<Data extends object = object> {
  readonly type: string;
  /** What has happened, in a sentence for those who read the documents. */
  readonly about: string;
  new (): Data;
}

/** A fact, ready to be told: in which topic, about what (the partition key), of which type. */
export interface Announcement {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly data: object;
  /** `ce_id`, where it is not to be a new one. */
  readonly id?: string;
}

/** A Kafka topic and what can be said in it. */
export class Topic<Types extends readonly EventType[]> {
  constructor(
    readonly name: string,
    /** What it tells of, in a sentence. */
    readonly about: string,
    readonly types: Types,
  ) {}

  /** The JSON Schema of each event, by type. */
  get schemas(): ReadonlyMap<string, JsonSchema> {
    return new Map(this.types.map((type) => [type.type, jsonSchemaOf(type, type.type)]));
  }

  /** @param key the order's id, or `item:<itemId>` for what concerns an item alone */
  announce<Type extends Types[number]>(type: Type, key: string, data: InstanceType<Type>): Announcement {
    return { topic: this.name, key, type: type.type, data };
  }

  /**
   * An event that happens at most once to what its key names. Its id is the UUID version 5 (RFC 9562) of type and key:
   * announced again it is the same event, which whoever has handled it drops.
   */
  announceOnce<Type extends Types[number]>(type: Type, key: string, data: InstanceType<Type>): Announcement {
    return { ...this.announce(type, key, data), id: uuidV5(`${type.type} ${key}`, ONCE) };
  }
}
