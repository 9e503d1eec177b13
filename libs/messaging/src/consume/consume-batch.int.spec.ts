import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { PositionLost } from '../envelope/message-errors.js';
import { ParkingFull } from '../parking/parking.js';
import { eventually } from '../testing/test-kafka.js';
import {
  broken,
  copies,
  database,
  effects,
  head,
  message,
  parked,
  query,
  replica,
  useReplicas,
} from '../../test/replicas.js';

useReplicas();

describe('an event is counted by topic and type', () => {
  const said = { ce_type: Buffer.from('SAID') };
  const count = (metrics: Metrics, outcome: string, labels = '') =>
    sample(metrics, `events_${outcome}_total{topic="events",type="SAID"${labels}}`);

  it('when its effect is committed, with its age', async () => {
    const { consume, metrics } = replica();
    const time = Buffer.from(new Date(Date.now() - 90_000).toISOString());
    const one = message('a', 'a1', { ...said, ce_time: time });
    await consume(one, message('b', 'b1', said));
    await consume(one, message('b', 'skip', said));
    expect(await count(metrics, 'handled')).toBe(2);
    expect(await count(metrics, 'deduplicated')).toBe(1);
    expect(await sample(metrics, 'event_age_seconds_count{type="SAID"}')).toBe(1);
    expect(await sample(metrics, 'event_age_seconds_bucket{le="60",type="SAID"}')).toBe(0);
    expect(await sample(metrics, 'event_age_seconds_bucket{le="300",type="SAID"}')).toBe(1);
  });

  it('when it is parked, and at each later attempt', async () => {
    broken.add('a1');
    const { consume, retry, metrics } = replica();
    await consume(message('a', 'a1', said), message('a', 'a2', said), message('b', 'b1', said));
    expect([await count(metrics, 'parked'), await count(metrics, 'handled')]).toEqual([2, 1]);
    retry();
    await eventually(async () => (await count(metrics, 'retried', ',result="failed"')) === 1, 'it has failed again');
    broken.clear();
    await eventually(async () => (await parked()).length === 0, 'nothing is parked any more');
    expect(await count(metrics, 'retried', ',result="succeeded"')).toBe(2);
    expect(await count(metrics, 'handled')).toBe(3);
  });

  it('as "other" if its type has no handler', async () => {
    const { consume, metrics } = replica();
    await consume(message('a', 'bad', { ce_type: Buffer.from('MADE_UP') }));
    expect(await sample(metrics, 'events_parked_total{topic="events",type="other"}')).toBe(1);
    expect(await sample(metrics, 'events_parked_total{type="MADE_UP"}')).toBeUndefined();
  });
});

describe('a message that is bad input', () => {
  it('is a dead letter at once, and blocks later messages of its key in the same transaction', async () => {
    const { consume } = replica();
    await consume(message('a', 'a1'), message('a', 'bad'), message('a', 'a2'), message('b', 'b1'));
    expect(await effects()).toEqual(['a1', 'b1']);
    expect(await parked()).toEqual(['bad OPEN 1', 'a2 BLOCKED 0']);
  });

  it('is a dead letter if it turns out to be bad input at a retry, and its successors stay blocked', async () => {
    const { consumeBatch, consume, retry } = replica();
    await consumeBatch.parkAlone(message('a', 'bad'), new TypeError('of a version that could read it'));
    await consume(message('a', 'a2'));
    expect(await parked()).toEqual(['bad RETRYING 1', 'a2 BLOCKED 0']);
    retry();
    await eventually(async () => (await parked())[0] === 'bad OPEN 2', 'it is given up at the first retry');
    expect([await parked(), await effects()]).toEqual([['bad OPEN 2', 'a2 BLOCKED 0'], []]);
    expect(await query('SELECT error_code FROM parked_messages ORDER BY position')).toEqual([
      { error_code: 'DATA_INVALID' },
      { error_code: null },
    ]);
    expect(copies).toMatchObject([{ headers: { dead_letter_error_code: 'DATA_INVALID', dead_letter_attempts: '2' } }]);
  });

  it('without a key blocks no other message', async () => {
    const { consume } = replica();
    await consume(message(null, 'bad 1'), message(null, 'n1'), message(null, 'bad 2'), message(null, 'n2'));
    expect(await effects()).toEqual(['n1', 'n2']);
    expect(await parked()).toEqual(['bad 1 OPEN 1', 'bad 2 OPEN 1']);
  });

  it('keeps key, value and headers byte for byte, in the database and in the public copy', async () => {
    const headers = {
      text: Buffer.from('ü'),
      bytes: Buffer.from([0, 0xff]),
      list: [Buffer.from('1'), Buffer.from('2')],
    };
    const original = {
      ...message('a', 'bad'),
      value: Buffer.concat([Buffer.from('bad'), Buffer.from([0, 0xfe])]),
      headers,
    };
    await replica().consume(original);
    expect((await head('a'))?.message).toEqual(original);
    expect(copies).toMatchObject([
      {
        topic: 'events.shop.dead-letter',
        key: original.key,
        value: original.value,
        headers: {
          ...headers,
          dead_letter_topic: 'events',
          dead_letter_error_code: 'DATA_INVALID',
          dead_letter_attempts: '1',
        },
      },
    ]);
  });

  it('may have arbitrary ids, keys and header names', async () => {
    const { consume } = replica();
    const long = randomBytes(5_000); // incompressible, also for an index
    const strange = [
      message('a', 'bad 1', { ce_source: Buffer.from('/x'), ce_id: Buffer.from('a\0') }),
      message('b', 'bad 2', { ce_source: Buffer.from('/x'), ce_id: long }),
      message('c', 'bad 3', { 'na\0me': Buffer.from('x'), 'base64:': Buffer.from('z'), __proto__: Buffer.from('y') }),
      { ...message('d', 'bad 4'), key: long },
      { ...message('d', 'bad 5'), key: long },
      { ...message('d', 'bad 6'), key: Buffer.from([0xff, 0]) },
      { ...message('d', 'bad 7'), key: Buffer.alloc(0) },
    ];
    await consume(...strange);
    expect(await parked()).toEqual([
      'bad 1 OPEN 1',
      'bad 2 OPEN 1',
      'bad 3 OPEN 1',
      'bad 4 OPEN 1',
      'bad 5 BLOCKED 0',
      'bad 6 OPEN 1',
      'bad 7 OPEN 1',
    ]);
    expect(copies.map(({ key }) => key)).toEqual(strange.filter((_, n) => n !== 4).map(({ key }) => key));
  });

  it('has the type of its first ce_type header', async () => {
    await replica().consume(message('a', 'bad', { ce_type: [Buffer.from('SAID'), Buffer.from('MEANT')] }));
    expect(await query('SELECT event_type FROM parked_messages')).toEqual([{ event_type: 'SAID' }]);
  });

  it('of a type without a handler is skipped, not parked', async () => {
    await replica().consume(message('a', 'bad'), message('a', 'skip'));
    expect(await parked()).toEqual(['bad OPEN 1']);
  });
});

describe('the limit of parked messages', () => {
  it('keeps further messages in Kafka and writes nothing of them', async () => {
    const { consume } = replica(database(), { maxParked: 2 });
    await consume(message('a', 'bad 1'), message('b', 'bad 2'));
    const third = message('c', 'bad 3');
    await expect(consume(third)).rejects.toThrow(ParkingFull);
    expect(await parked()).toEqual(['bad 1 OPEN 1', 'bad 2 OPEN 1']);
    await query('TRUNCATE parked_sequences, parked_messages, parked_attempts');
    await consume(third);
    expect(await parked()).toEqual(['bad 3 OPEN 1']);
  });
});

describe('rewinding a group to the beginning', () => {
  it('repeats no effect', async () => {
    const { consume } = replica();
    const all = [message('a', 'a1'), message('b', 'bad'), message('b', 'b1'), message('c', 'c1')];
    await consume(...all);
    const before = [await effects(), await parked()];
    await consume(...all);
    expect([await effects(), await parked()]).toEqual(before);
    expect(copies.length).toBe(1);
  });
});

describe('the positions of partitions', () => {
  const position = async () =>
    (await query<{ next: number }>('SELECT next_offset::int AS next FROM consumer_positions'))[0]?.next;

  it('move with the effects, and with skipped messages', async () => {
    const { consumeBatch, execute } = replica(database(), { positions: true });
    expect(await position()).toBeUndefined();
    await execute([message('a', 'a1')]);
    await execute([message('a', 'skip')]);
    expect(await position()).toBe(2);
    broken.add('a3');
    const third = message('a', 'a3');
    await expect(execute([third])).rejects.toThrow('a3 is broken');
    expect([await position(), await effects()]).toEqual([2, ['a1']]);
    await consumeBatch.parkAlone(third, new TypeError('a3 is broken'));
    expect(await position()).toBe(3);
  });

  it.each(['behind', 'ahead'])('prevent an effect of a late replica that is %s', async (where) => {
    const [late, owner] = [replica(database(), { positions: true }), replica(database(), { positions: true })];
    await late.execute([message('a', 'a1')]);
    await owner.execute([message('a', 'a2')]);
    const offset = where === 'behind' ? '1' : '7';
    const lost = late.execute([{ ...message('b', 'b1'), offset }]);
    await expect(lost).rejects.toThrow(PositionLost);
    expect(await late.policy.kindOf(await lost.catch((error: unknown) => error))).toBe('unavailable');
    expect([await position(), await effects()]).toEqual([2, ['a1', 'a2']]);
  });

  it('prevent an effect of a replica without a position after another one has begun', async () => {
    const [late, owner] = [replica(database(), { positions: true }), replica(database(), { positions: true })];
    const [first, second] = [message('a', 'a1'), message('b', 'b1')];
    await late.positions.load([first]);
    await owner.execute([first]);
    await expect(late.execute([second])).rejects.toThrow(PositionLost);
    expect(await effects()).toEqual(['a1']);
  });
});
