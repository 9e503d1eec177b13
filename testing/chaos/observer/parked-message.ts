import type { Content } from '../checks/same-message.ts';
import type { Bytes } from './witness.ts';

/** A parked message as its service stores it. */
export interface ParkedMessage {
  group: string;
  status: string;
  /** Topic, partition and offset. */
  place: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Content | Content[]>;
  eventType: string | null;
  errorCode: string | null;
  errorMessage: string | null;
}

/** A dead letter in the group's topic. */
export interface DeadLetterCopy {
  topic: string;
  /** That of the original. */
  place: string;
  key: Content;
  value: Content;
  headers: Record<string, Content | Content[]>;
}

/** As Postgres gives it. */
export interface ParkedRow {
  consumer_group: string;
  status: string;
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, StoredHeader | StoredHeader[]>;
  event_type: string | null;
  error_code: string | null;
  error_message: string | null;
}

/** Text as it is, bytes in base64. */
type StoredHeader = string | null | { base64: string };

export function toParkedMessage(row: ParkedRow): ParkedMessage {
  return {
    group: row.consumer_group,
    status: row.status,
    place: `${row.topic}[${row.partition}] ${row.offset}`,
    key: row.key,
    value: row.value,
    headers: Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [toName(name), toContent(value)])),
    eventType: row.event_type,
    errorCode: row.error_code,
    errorMessage: row.error_message,
  };
}

const ENCODED = 'base64:';

/** @param name of a header as the services keep it: as it is, or what Postgres can't keep as base64 */
function toName(name: string) {
  return name.startsWith(ENCODED) ? Buffer.from(name.slice(ENCODED.length), 'base64').toString() : name;
}

function toContent(value: StoredHeader | StoredHeader[]): Content | Content[] {
  return Array.isArray(value) ? value.map(toBytes) : toBytes(value);
}

const toBytes = (value: StoredHeader) =>
  value === null || typeof value === 'string' ? value : Buffer.from(value.base64, 'base64');

/** @param copy of a dead letter, in the group's topic */
export function toCopy({ topic, key, value, headers }: Bytes): DeadLetterCopy {
  const { dead_letter_topic: from, dead_letter_partition: partition, dead_letter_offset: offset } = headers;
  return { topic, place: `${String(from)}[${String(partition)}] ${String(offset)}`, key, value, headers };
}
