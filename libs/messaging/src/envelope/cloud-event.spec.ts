import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { decodeCloudEvent, encodeCloudEvent, identityOf, typeOf } from './cloud-event.js';
import type { ConsumedMessage, OutgoingMessage } from './message.js';
import { PermanentError } from './message-errors.js';
import { withSchemaId } from './wire-format.js';

class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;
}

const event = {
  id: 'e-1',
  source: '/test',
  type: 'COUNTED',
  subject: 'o-1',
  time: '2026-01-02T03:04:05.000Z',
  data: { n: 7 },
};

function delivered({ topic, key, value, headers }: OutgoingMessage): ConsumedMessage {
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text as string)]));
  return {
    topic,
    partition: 2,
    offset: '9',
    timestamp: '0',
    key: Buffer.from(key as string),
    value: Buffer.from(value as string),
    headers: bytes,
  };
}

const encoded = encodeCloudEvent(event, { topic: 'events', key: 'o-1' });
const withValue = (value: Buffer | null): ConsumedMessage => ({ ...delivered(encoded), value });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(PermanentError);
    return (error as PermanentError).code;
  }
  throw new Error('it was accepted');
};

describe('a CloudEvent in binary mode', () => {
  it('is decoded as it was encoded', () => {
    expect(decodeCloudEvent(delivered(encoded), Counted)).toEqual(event);
    expect(decodeCloudEvent(delivered(encoded), Counted).data).toBeInstanceOf(Counted);
  });

  it('may be in Confluent wire format with any schema id', () => {
    const message = withValue(withSchemaId(4_711, '{"n":7}'));
    expect(decodeCloudEvent(message, Counted)).toEqual(event);
  });

  it('has its attributes as headers and its data as the value', () => {
    expect(encoded.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'e-1',
      ce_source: '/test',
      ce_type: 'COUNTED',
      ce_subject: 'o-1',
      ce_time: '2026-01-02T03:04:05.000Z',
      'content-type': 'application/json',
    });
    expect(encoded.value).toBe('{"n":7}');
  });

  it('may have any number of commas in its texts', () => {
    const message = withValue(Buffer.from(`{"n":7,"more":"\\"${'[,'.repeat(100_000)}"}`));
    expect(decodeCloudEvent(message, Counted)).toEqual(event);
  });

  it('may have unknown fields', () => {
    const message = withValue(Buffer.from('{"n":7,"later":true}'));
    expect(decodeCloudEvent(message, Counted).data).toEqual({ n: 7 });
  });

  it.each([
    ['no value', null, 'VALUE_UNDECODABLE'],
    ['bytes that are no JSON', Buffer.from([0xff, 0x00]), 'VALUE_UNDECODABLE'],
    ['JSON that is no object', Buffer.from('[1]'), 'VALUE_UNDECODABLE'],
    ['a schema id and no data', Buffer.from([0, 0, 0, 0, 7]), 'WIRE_FORMAT_INVALID'],
    ['a schema id and no JSON', withSchemaId(7, 'plain'), 'VALUE_UNDECODABLE'],
    ['two schema ids', withSchemaId(7, withSchemaId(8, '{"n":7}')), 'VALUE_UNDECODABLE'],
    ['absurdly nested arrays', Buffer.from(`{"n":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), 'DATA_INVALID'],
    ['absurdly nested objects', Buffer.from(`${'{"n":'.repeat(40_000)}7${'}'.repeat(40_000)}`), 'DATA_INVALID'],
    ['more than any event has', Buffer.from(`{"n":7,"more":"${'x'.repeat(262_144)}"}`), 'VALUE_TOO_LARGE'],
    ['more values than any event has', Buffer.from(`{"n":7,"more":[${'1,'.repeat(10_000)}1]}`), 'DATA_INVALID'],
    [
      'more levels than any event has',
      Buffer.from(`{"n":7,"more":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
      'DATA_INVALID',
    ],
    ['data that breaks the rules of its class', Buffer.from('{"n":"seven"}'), 'DATA_INVALID'],
  ])('with %s is refused for good', (_, value, code) => {
    expect(codeOf(() => decodeCloudEvent(withValue(value), Counted))).toBe(code);
  });

  it.each([{ value: Buffer.from('{"n":8}') }, { timestamp: '1' }, { value: null }])(
    'without an id is another one at the same place of a topic that was made anew (case %#)',
    (change) => {
      const foreign = { ...delivered(encoded), headers: {} };
      expect(identityOf({ ...foreign, ...change })).not.toEqual(identityOf(foreign));
    },
  );

  it.each(['0.3', '2.0', '1', '', '1.x'])('of version "%s" is bad input', (version) => {
    const { headers, ...message } = delivered(encoded);
    const other = { ...message, headers: { ...headers, ce_specversion: Buffer.from(version) } };
    expect(codeOf(() => decodeCloudEvent(other, Counted))).toBe('CE_SPECVERSION_UNSUPPORTED');
  });

  it.each(['1.0', '1.1', undefined])('of version %s is read', (version) => {
    const { headers, ...message } = delivered(encoded);
    const other = { ...message, headers: { ...headers, ce_specversion: version } } as ConsumedMessage;
    expect(decodeCloudEvent(other, Counted).data).toEqual({ n: 7 });
  });

  const atTime = (ce_time: string | undefined): ConsumedMessage => {
    const message = delivered(encoded);
    return {
      ...message,
      headers: { ...message.headers, ce_time: ce_time === undefined ? ce_time : Buffer.from(ce_time) },
    };
  };

  it.each([
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31',
    'Sat, 31 Jan 2026 12:00:00 GMT',
    '1769860800000',
    'yesterday',
    '',
  ])('with the time "%s" is refused for good', (time) => {
    expect(codeOf(() => decodeCloudEvent(atTime(time), Counted))).toBe('TIME_INVALID');
  });

  it.each(['2026-01-31T12:00:00Z', '2028-02-29t23:59:59.123456789+14:00', '1969-12-31T23:59:59.999-00:00'])(
    'with the time %s is read, and keeps it as it is',
    (time) => {
      expect(decodeCloudEvent(atTime(time), Counted).time).toBe(time);
    },
  );

  it.each([0, 253_402_300_799_999, Date.now()])('may have a time that the outbox writes (%i)', (ms) => {
    const time = new Date(ms).toISOString();
    const message = delivered(encodeCloudEvent({ ...event, time }, { topic: 'events', key: 'o-1' }));
    expect(decodeCloudEvent(message, Counted).time).toBe(time);
  });

  it('without a time has the timestamp of its message', () => {
    expect(decodeCloudEvent(atTime(undefined), Counted).time).toBe('1970-01-01T00:00:00.000Z');
  });

  it('without a type is bad input', () => {
    expect(codeOf(() => typeOf({ ...delivered(encoded), headers: {} }))).toBe('CE_TYPE_MISSING');
  });

  it('with a time that does not exist is bad input', () => {
    const { ce_time, ...headers } = delivered(encoded).headers;
    const message = { ...delivered(encoded), headers, timestamp: '9223372036854775807' };
    expect(codeOf(() => decodeCloudEvent(message, Counted))).toBe('TIME_INVALID');
  });

  it.each([
    ['NUL', Buffer.from('a\0')],
    ['no text', Buffer.from([0xff])],
    ['too long', Buffer.alloc(1_001, 'x')],
  ])('with an id that is %s is identified by its place in Kafka', (_, ce_id) => {
    const message = delivered(encoded);
    expect(identityOf({ ...message, headers: { ...message.headers, ce_id } }).source).toBe('kafka:events');
  });

  it('without an id is identified by its place in Kafka', () => {
    const foreign = { ...delivered(encoded), headers: {} };
    const { source, id } = identityOf(foreign);
    expect([source, id]).toEqual(['kafka:events', expect.stringMatching(/^2\/9\/0\/[\w-]{16}$/)]);
    expect(identityOf({ ...foreign })).toEqual({ source, id });
    expect(identityOf(delivered(encoded))).toEqual({ source: '/test', id: 'e-1' });
  });
});
