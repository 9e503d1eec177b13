import type { IHeaders } from 'kafkajs';

/** A message as Kafka delivered it, byte for byte. */
export interface ConsumedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch, from the broker. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** A header's value, or its values if the name occurs several times. */
export type HeaderValue = Buffer | string | null | readonly (Buffer | string | null)[];

/** A message to publish. */
export interface OutgoingMessage {
  readonly topic: string;
  /** Messages of one key keep their order. */
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** Its `CreateTime`, in milliseconds since the epoch; by default this machine's clock. */
  readonly timestampMs?: number;
}

interface WithHeaders {
  readonly headers: Readonly<Record<string, HeaderValue | undefined>>;
}

/** The first value of a header as text; undefined if it is missing or null. */
export function headerOf({ headers }: WithHeaders, name: string): string | undefined {
  const value = headers[name];
  return ((Array.isArray(value) ? value[0] : value) as Buffer | string | null | undefined)?.toString();
}

/** A message's place for logs: `order-events[2] offset 17`. */
export function placeOf({ topic, partition, offset }: ConsumedMessage): string {
  return `${topic}[${partition}] offset ${offset}`;
}

/** A partition for logs: `order-events[2]`. */
export function partitionOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}[${partition}]`;
}

/** The approximate size of a message in bytes: its key, value and headers. */
export function bytesOf({ key, value, headers }: ConsumedMessage | OutgoingMessage): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of Object.values(headers)) {
    if (Array.isArray(header)) for (const each of header) bytes += each?.length ?? 0;
    else bytes += header?.length ?? 0;
  }
  return bytes;
}
