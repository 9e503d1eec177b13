import { describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { eventually, readTopic } from '../testing/test-kafka.js';
import { InvalidEvent } from './event-contracts.js';
import { OutboxFull } from './outbox.options.js';
import { InboxPurge } from '../consume/inbox/inbox.purge.js';
import { RejectedEventsRepository } from './rejected-events/rejected-events.repository.js';
import {
  theTopic,
  query,
  database,
  startReplica,
  published,
  options,
  add,
  waiting,
  useOutboxes,
} from '../../test/outboxes.js';

useOutboxes();

describe('Outbox', () => {
  it('publishes what is committed, in order per key, and then deletes it', async () => {
    const replica = await startReplica();
    await add(replica, 'a', 1, 2, 3);
    expect(await published(3)).toEqual([1, 2, 3]);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
  });

  it('writes CloudEvents in binary mode, keyed', async () => {
    await add(await startReplica(), 'order-1', 7);
    const [message] = await readTopic(theTopic(), 1);
    expect(message?.key?.toString()).toBe('order-1');
    const headers = Object.fromEntries(
      Object.entries(message?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/test',
      ce_type: 'COUNTED',
      ce_subject: 'order-1',
      'content-type': 'application/json',
    });
    expect(headers['ce_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Date(headers['ce_time'] ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('publishes an event with the id that the caller sets', async () => {
    const { database, outbox } = await startReplica();
    const event = { topic: theTopic(), key: 'a', type: 'COUNTED', data: { n: 1 }, id: 'order-1-created' };
    await database.transaction((tx) => outbox.add(tx, [event]));
    const [message] = await readTopic(theTopic(), 1);
    expect(String(message?.headers['ce_id'])).toBe('order-1-created');
  });

  it('publishes no event of a transaction that is rolled back', async () => {
    const replica = await startReplica();
    const failing = replica.database.transaction(async (tx) => {
      await replica.outbox.add(tx, [{ topic: theTopic(), key: 'a', type: 'COUNTED', data: { n: 1 } }]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await add(replica, 'a', 2);
    expect(await published(1)).toEqual([2]);
  });

  it.each([
    ['breaks its own contract', { type: 'COUNTED', data: { n: 'seven' } }],
    ['has members that its class does not know', { type: 'COUNTED', data: { n: 7, later: 1 } }],
    ['is not declared', { type: 'SAID', data: { n: 7 } }],
  ])('rejects an event that %s, and nothing of its transaction remains', async (_, event) => {
    const replica = await startReplica();
    const written = replica.database.transaction((tx) =>
      replica.outbox.add(tx, [{ topic: theTopic(), key: 'a', ...event }]),
    );
    await expect(written).rejects.toThrow(InvalidEvent);
    expect(await query('SELECT FROM outbox')).toEqual([]);
  });

  it('keeps events while the broker is unavailable, and publishes them in order when it is back', async () => {
    const replica = await startReplica();
    replica.producer.on = false;
    await add(replica, 'a', 1);
    await add(replica, 'a', 2);
    await eventually(() => replica.producer.sends.length >= 2, 'publishing was tried');
    expect(await waiting()).toBe('2');
    replica.producer.on = true;
    await add(replica, 'a', 3);
    expect(await published(3)).toEqual([1, 2, 3]);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
  });

  it('publishes events that another replica committed before it died', async () => {
    const dead = await startReplica();
    dead.producer.on = false; // it never gets to publish
    await add(dead, 'a', 1);
    await dead.close();
    await startReplica();
    expect(await published(1)).toEqual([1]);
  });

  it('isolates an event that the broker rejects: only its own key waits, until an operator discards it', async () => {
    const replica = await startReplica();
    const large = {
      topic: theTopic(),
      key: 'a',
      type: 'COUNTED',
      data: { n: 1, padding: 'x'.repeat(2 * 1024 * 1024) },
    };
    await replica.database.transaction((tx) => replica.outbox.add(tx, [large]));
    await add(replica, 'a', 2);
    await add(replica, 'b', 3);
    const rejected = new RejectedEventsRepository(replica.database);
    const marked = () => rejected.list({ after: null, limit: 10 });
    await eventually(async () => (await marked()).length === 1, 'it is marked');
    expect(new Set(await published(1))).toEqual(new Set([3])); // perhaps twice: it shared a send with the rejected one
    expect(await waiting()).toBe('2');
    for (const { position } of await marked())
      await replica.database.transaction((tx) => rejected.discard(tx, position));
    await eventually(async () => (await waiting()) === '0', 'what waited behind it is published');
    await eventually(async () => (await published(1)).includes(2), 'and arrives');
  });

  it('rejects events while it is full, and accepts them again when there is room', async () => {
    const replica = await startReplica();
    await query(
      `INSERT INTO outbox (topic, headers, relay_after) SELECT 't', '{}', now() + interval '1 hour' FROM generate_series(1, 1000)`,
    );
    await replica.watch.look();
    await expect(add(replica, 'a', 1)).rejects.toThrow(OutboxFull);
    await query('TRUNCATE outbox');
    await replica.watch.look();
    await add(replica, 'a', 2);
    expect(await published(1)).toEqual([2]);
  });
});

describe('the metrics of the outbox', () => {
  it('count published events, from memory and by the relay', async () => {
    const replica = await startReplica();
    await add(replica, 'a', 1, 2);
    const by = (from: string) => sample(replica.metrics, `outbox_published_total{from="${from}"}`);
    await eventually(async () => (await by('memory')) === 2, 'both are published from memory');
    await query("INSERT INTO outbox (topic, headers, value, relay_after) VALUES ($1, '{}', '{}', now())", [theTopic()]);
    await eventually(async () => (await by('relay')) === 1, 'what was left behind is relayed');
    expect(await sample(replica.metrics, `kafka_producer_messages_total{topic="${theTopic()}"}`)).toBe(3);
  });

  it('show the number and the age of unpublished events, without rejected ones', async () => {
    const { watch, metrics } = await startReplica();
    await query(
      `INSERT INTO outbox (topic, headers, relay_after, added_at, rejection)
       VALUES ('t', '{}', now() + interval '1 hour', now() - interval '1 hour', 'too large'),
              ('t', '{}', now() + interval '1 hour', now() - interval '100 seconds', NULL),
              ('t', '{}', now() + interval '1 hour', now(), NULL)`,
    );
    await watch.look();
    expect(await sample(metrics, 'outbox_messages')).toBe(3);
    expect(await sample(metrics, 'outbox_rejected_messages')).toBe(1);
    const age = (await sample(metrics, 'outbox_oldest_age_seconds')) ?? 0;
    expect(age).toBeGreaterThanOrEqual(100);
    expect(age).toBeLessThan(1_000);
    await query('TRUNCATE outbox');
    await watch.look();
    expect(await sample(metrics, 'outbox_oldest_age_seconds')).toBe(0);
  });
});

describe('InboxPurge', () => {
  it('deletes only inbox rows whose messages no topic can deliver any more', async () => {
    await query(
      `INSERT INTO inbox SELECT gen_random_uuid(), now() - hours * interval '1 hour' FROM unnest(ARRAY[26, 24, 1]) hours`,
    );
    await new InboxPurge(database(), options).execute();
    const left = await query<{ hours: number }>(
      'SELECT floor(extract(epoch FROM now() - handled_at) / 3600)::int AS hours FROM inbox ORDER BY handled_at',
    );
    expect(left.map(({ hours }) => hours)).toEqual([24, 1]);
  });
});
