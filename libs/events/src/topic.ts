import { type JsonSchema, jsonSchemaOf } from '@orderflow/schema';

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
}
