import { createHash } from 'node:crypto';
import type { TraceHeaders } from '@orderflow/observability';
import { countMarks, isInstant, validatorOf } from '@orderflow/schema';
import { type ConsumedMessage, headerOf, type OutgoingMessage } from './message.js';
import { PermanentError } from './message-errors.js';
import { withoutSchemaId } from './wire-format.js';

/** The attributes of a CloudEvent 1.0, and its data. */
export interface CloudEvent<Data extends object = object> {
  readonly id: string;
  /** URI-reference of who says it; `source` and `id` together are unique. */
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

/** Its time may be left to whoever writes it down. */
type EventToEncode = Omit<CloudEvent, 'time'> & Partial<Pick<CloudEvent, 'time'>>;

/**
 * CloudEvents 1.0, Kafka protocol binding 1.0.2, binary content mode: attributes are headers, the value is the data.
 * @param event without a time the message lacks the header `ce_time`
 * @param to with `trace`, the message belongs to it, as headers say (W3C Trace Context)
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
 * Reads a message in binary content mode and validates its data against the class of its type. Fields that the class
 * does not know are dropped. Without `ce_id` the message's own place in Kafka identifies the event. The data may stand
 * in Confluent wire format.
 * @throws {PermanentError} `CE_SPECVERSION_UNSUPPORTED`, `TIME_INVALID` (`ce_time` is no RFC 3339, or does not exist), `VALUE_TOO_LARGE` (above
 * 256 KiB), `VALUE_UNDECODABLE`, `WIRE_FORMAT_INVALID` or `DATA_INVALID` (more than 10,000 values too)
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

/** A message without a version is read as 1.0: whoever leaves it out means that one. */
function assertVersion(message: ConsumedMessage): void {
  const version = headerOf(message, 'ce_specversion');
  if (version === undefined || /^1\.\d{1,3}$/.test(version)) return;
  throw new PermanentError('CE_SPECVERSION_UNSUPPORTED', 'ce_specversion must be 1.0, or a later 1.x');
}

/**
 * What identifies an event however often it is delivered: `ce_source` and `ce_id`, else its place in Kafka; so too
 * where they are no text, which may not be told from one another, or longer than a database can index.
 */
export function identityOf(message: ConsumedMessage): { readonly source: string; readonly id: string } {
  const source = headerOf(message, 'ce_source');
  const id = headerOf(message, 'ce_id');
  if (isIdentity(source) && isIdentity(id)) return { source, id };
  return { source: `kafka:${message.topic}`, id: placeIn(message) };
}

/** Offsets begin anew where a topic is deleted and made again, so time and value belong to the place. */
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

/** An event of a hundred items has some 20 KiB; what is larger by far is not even parsed. */
const MAX_VALUE_BYTES = 256 * 1024;
/** Of so few bytes or less, none can have more values. An event of a hundred items has less than a thousand. */
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
    // The next line says it.
  }
  throw new PermanentError('VALUE_UNDECODABLE', 'the value is not a JSON object');
}

function validated<Data extends object>(data: object, dataClass: EventClass<Data>): Data {
  const validator = validatorOf(dataClass, { unknownMembers: 'drop' });
  const violations = validator.violationsOf(data);
  if (violations.length === 0) return validator.instanceOf(data);
  throw new PermanentError('DATA_INVALID', violations.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '));
}
