import { createHash } from 'node:crypto';
import type { TraceHeaders } from '@orderflow/observability';
import { countMarks, isInstant, validatorOf } from '@orderflow/schema';
import { type ConsumedMessage, headerOf, type OutgoingMessage } from './message.js';
import { PermanentError } from './message-errors.js';
import { withoutSchemaId } from './wire-format.js';

/** The attributes of a CloudEvent 1.0, and its data. */
export interface CloudEvent<Data extends object = object> {
  readonly id: string;
  /** URI-reference of the publisher; `source` and `id` together are unique. */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: Data;
}

/** A message and the event in it. */
export interface DecodedMessage {
  readonly message: ConsumedMessage;
  readonly event: CloudEvent;
}

/** The class of an event: its instances are the event's data, checked by their decorators; its `type` is the CloudEvents type. */
export interface EventClass<Data extends object = object> {
  readonly type: string;
  new (): Data;
}

/** An event to encode; its time is optional. */
type EventToEncode = Omit<CloudEvent, 'time'> & Partial<Pick<CloudEvent, 'time'>>;

/**
 * CloudEvents 1.0, Kafka protocol binding 1.0.2, binary content mode: attributes are headers, the value is the data.
 * @param event if it has no time, the message has no header `ce_time`
 * @param to if it has a `trace`, it is propagated in headers (W3C Trace Context)
 */
export function encodeCloudEvent(
  event: EventToEncode,
  { topic, key, trace }: { topic: string; key: string; trace?: TraceHeaders },
): OutgoingMessage {
  return { topic, key, value: JSON.stringify(event.data), headers: { ...headersOf(event), ...trace } };
}

function headersOf({ id, source, type, subject, time }: EventToEncode): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_subject: subject,
    ...(time === undefined ? {} : { ce_time: time }),
    'content-type': 'application/json',
  };
}

/** The type of the event in a message. @throws {PermanentError} `CE_TYPE_MISSING` */
export function typeOf(message: ConsumedMessage): string {
  const type = headerOf(message, 'ce_type');
  if (!type) throw new PermanentError('CE_TYPE_MISSING', 'the header ce_type is missing');
  return type;
}

/**
 * Decodes a message in binary content mode and validates its data against the class of its type. Unknown fields are
 * dropped. Without `ce_id`, the message's place in Kafka identifies the event. The data may be in Confluent wire format.
 * @throws {PermanentError} `CE_SPECVERSION_UNSUPPORTED`, `TIME_INVALID` (`ce_time` is not RFC 3339, or does not exist),
 * `VALUE_TOO_LARGE` (above 256 KiB), `VALUE_UNDECODABLE`, `WIRE_FORMAT_INVALID` or `DATA_INVALID` (also above 10,000 values)
 */
export function decodeCloudEvent<Data extends object>(
  message: ConsumedMessage,
  dataClass: EventClass<Data>,
): CloudEvent<Data> {
  assertVersion(message);
  const { id, source } = identityOf(message);
  const key = message.key?.toString() ?? '';
  return {
    id,
    source,
    type: typeOf(message),
    subject: headerOf(message, 'ce_subject') ?? key,
    time: timeOf(message),
    data: validated(parsed(message), dataClass),
  };
}

/** A message without a version counts as 1.0. */
function assertVersion(message: ConsumedMessage): void {
  const version = headerOf(message, 'ce_specversion');
  if (version === undefined || /^1\.\d{1,3}$/.test(version)) return;
  throw new PermanentError('CE_SPECVERSION_UNSUPPORTED', 'ce_specversion must be 1.0, or a later 1.x');
}

/**
 * The identity of an event across deliveries: `ce_source` and `ce_id`, or its place in Kafka if these are missing, not
 * valid text (different bytes could become the same text), or longer than a database can index.
 */
export function identityOf(message: ConsumedMessage): { readonly source: string; readonly id: string } {
  const source = headerOf(message, 'ce_source');
  const id = headerOf(message, 'ce_id');
  if (isIdentity(source) && isIdentity(id)) return { source, id };
  return { source: `kafka:${message.topic}`, id: placeIn(message) };
}

/** Includes the timestamp and the value, because offsets restart when a topic is deleted and recreated. */
function placeIn({ partition, offset, timestamp, value }: ConsumedMessage): string {
  const digest = createHash('sha256')
    .update(value ?? '')
    .digest('base64url')
    .slice(0, 16);
  return `${partition}/${offset}/${timestamp}/${digest}`;
}

const LONGEST_ID_BYTES = 1_000;

function isIdentity(text: string | undefined): text is string {
  return !!text && !/[\0\ufffd]/.test(text) && Buffer.byteLength(text) <= LONGEST_ID_BYTES;
}

function timeOf(message: ConsumedMessage): string {
  const time = headerOf(message, 'ce_time');
  if (time === undefined) return brokersTimeOf(message);
  if (isInstant(time)) return time;
  throw new PermanentError('TIME_INVALID', 'ce_time must be a date and time of RFC 3339 that exists');
}

function brokersTimeOf({ timestamp }: ConsumedMessage): string {
  const time = new Date(Number(timestamp));
  if (Number.isNaN(time.getTime())) throw new PermanentError('TIME_INVALID', `${timestamp} is no time`);
  return time.toISOString();
}

/** An event of a hundred items has some 20 KiB; far larger values are not parsed. */
const MAX_VALUE_BYTES = 256 * 1024;
/** An event of a hundred items has less than a thousand. A value of no more than this many bytes need not be counted. */
const MAX_VALUES = 10_000;

function parsed({ value }: ConsumedMessage): object {
  if (value && value.length > MAX_VALUE_BYTES) {
    throw new PermanentError('VALUE_TOO_LARGE', `the value has ${value.length} bytes, more than ${MAX_VALUE_BYTES}`);
  }
  const json = value && withoutSchemaId(value);
  if (json && json.length > MAX_VALUES && countMarks(json).values > MAX_VALUES) {
    throw new PermanentError('DATA_INVALID', `the value has more than ${MAX_VALUES} values`);
  }
  try {
    const data: unknown = JSON.parse(json?.toString('utf8') ?? '');
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch {
    // Not JSON: the next line throws.
  }
  throw new PermanentError('VALUE_UNDECODABLE', 'the value is not a JSON object');
}

function validated<Data extends object>(data: object, dataClass: EventClass<Data>): Data {
  const validator = validatorOf(dataClass, { unknownMembers: 'drop' });
  const violations = validator.violationsOf(data);
  if (violations.length === 0) return validator.instanceOf(data);
  throw new PermanentError('DATA_INVALID', violations.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '));
}
