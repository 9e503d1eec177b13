import { describe, expect, it } from '@jest/globals';
import type { OutgoingMessage } from '../envelope/message.js';
import { eventually } from '../testing/test-kafka.js';
import { RELAY_CHANNEL } from './table/outbox.table.js';
import {
  theTopic,
  query,
  startReplica,
  startTwoReplicas,
  relayLooksAgain,
  published,
  options,
  NO_POLLING,
  add,
  leaveToWriters,
  listener,
  waiting,
  numberIn,
  sent,
  RecordingProducer,
  useOutboxes,
} from '../../test/outboxes.js';

useOutboxes();

describe('OutboxRelay', () => {
  it('alone publishes an event behind an unpublished one of its key, which keeps the order across replicas', async () => {
    const frozen = await startReplica();
    frozen.producer.on = false;
    const other = await startReplica();
    await add(frozen, 'a', 1);
    await add(other, 'a', 2);
    await add(other, 'b', 3);
    await eventually(() => other.producer.sends.length > 0, 'the other key is published');
    expect(other.producer.sends[0]?.map(({ key }) => key)).toEqual(['b']);
    const numbers = await published(3);
    expect(numbers.filter((n) => n !== 3)).toEqual([1, 2]);
  });

  it('publishes an event that another replica wrote behind its own as soon as that is published', async () => {
    const [holder, other] = await startTwoReplicas();
    let open = () => {};
    holder.producer.gate = new Promise((resolve) => (open = resolve));
    await add(holder, 'a', 1);
    await leaveToWriters();
    await add(other, 'a', 2);
    await relayLooksAgain();
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect([...new Set(sent(holder))]).toEqual([1, 2]);
    expect(sent(other)).toEqual([]);
  });

  it('publishes an event behind one of a replica without the lease as soon as that is published', async () => {
    const [holder, other] = await startTwoReplicas();
    let open = () => {};
    other.producer.gate = new Promise((resolve) => (open = resolve));
    await add(other, 'a', 1);
    await leaveToWriters();
    await add(other, 'a', 2);
    await relayLooksAgain();
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect(sent(other)).toEqual([1]);
    expect(sent(holder).at(-1)).toBe(2);
  });

  it('publishes at once the events of a replica that cannot publish from memory', async () => {
    const [holder, other] = await startTwoReplicas();
    other.producer.on = false;
    await add(other, 'a', 1);
    await eventually(() => other.producer.sends.length > 0, 'publishing was tried');
    await add(other, 'b', 2);
    await eventually(() => sent(holder).includes(2), 'the relay has sent it');
  });

  it('gives up its lease to a replica that reaches the broker', async () => {
    const cutOff = await startReplica({ ...options, pollingIntervalMs: 50 });
    cutOff.producer.on = false;
    await add(cutOff, 'a', 1);
    await eventually(() => cutOff.producer.sends.length > 1, 'both ways were tried');
    await startReplica({ ...options, pollingIntervalMs: 50 });
    expect(await published(1)).toEqual([1]);
  });

  it('sends no notification if the writer publishes its own events', async () => {
    const replica = await startReplica();
    let heard = 0;
    const ear = listener();
    ear.listen(RELAY_CHANNEL, () => (heard += 1));
    ear.onApplicationBootstrap();
    await eventually(() => heard === 1, 'it listens');
    await add(replica, 'a', 1);
    await query('SELECT pg_notify($1, $2)', [RELAY_CHANNEL, '']);
    await eventually(() => heard > 1, 'what was notified later has come');
    expect(heard).toBe(2);
    await ear.onApplicationShutdown();
  });

  it('lets one replica relay at a time', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    await query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to('k' || n, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'), now() FROM generate_series(1, 700) n`,
      [theTopic()],
    );
    first.relay.wake();
    second.relay.wake();
    expect((await published(700)).length).toBe(700);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    const relayed = [first, second].map(({ producer }) => producer.sends.flat().length);
    expect(relayed.sort((a, b) => a - b)).toEqual([0, 700]);
  });

  it('never relays an event past an earlier one of its key that it had to skip', async () => {
    const relaying = await startReplica(NO_POLLING, new RecordingProducer());
    let open = () => {};
    relaying.producer.gate = new Promise((resolve) => (open = resolve));
    await query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to(CASE WHEN n IN (1, 2, 700) THEN 'a' ELSE 'k' || n END, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'),
              CASE n WHEN 1 THEN now() + interval '1 hour' ELSE now() END
       FROM generate_series(1, 700) n ORDER BY n`,
      [theTopic()],
    );
    relaying.relay.wake();
    await eventually(() => relaying.producer.sends.length === 1, 'a part is under way');
    await query(`DELETE FROM outbox WHERE relay_after > now()`); // its writer has published the first
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect(sent(relaying).filter((n) => n === 2 || n === 700)).toEqual([2, 700]);
  });

  it('keeps the order of first occurrences when a replica freezes while it relays, and resumes late', async () => {
    const delivered: OutgoingMessage[] = [];
    const [frozen, other] = [new RecordingProducer(delivered), new RecordingProducer(delivered)];
    const polling = { ...options, pollingIntervalMs: 50 };
    const before = await startReplica(NO_POLLING, frozen);
    let thaw = () => {};
    frozen.gate = new Promise((resolve) => (thaw = resolve));
    await query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to('k' || n % 7, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'), now() FROM generate_series(1, 700) n ORDER BY n`,
      [theTopic()],
    );
    before.relay.wake();
    await eventually(() => frozen.sends.length === 1, 'it relays');
    const after = await startReplica(polling, other);
    for (let n = 701; n <= 714; n += 1) await add(after, `k${n % 7}`, n);
    await query('UPDATE outbox_relay_lease SET expires_at = now()');
    await eventually(async () => (await waiting()) === '0', 'the other has relayed it all');
    thaw();
    await eventually(() => delivered.length > 714, 'the frozen one repeats');
    const firsts = [...new Set(delivered.map(numberIn))];
    for (let key = 0; key < 7; key += 1) {
      const ofKey = firsts.filter((n) => n % 7 === key);
      expect(ofKey).toEqual(Array.from({ length: 102 }, (_, turn) => turn * 7 + (key || 7)));
    }
  });

  it('publishes a long backlog completely, in order per key and in full batches, once the broker is back', async () => {
    const producer = new RecordingProducer();
    const replica = await startReplica({ ...options, maxWaiting: 100_000, pollingIntervalMs: 50 }, producer);
    producer.on = false;
    for (let first = 0; first < 20_000; first += 1_000) {
      const numbers = Array.from({ length: 1_000 }, (_, n) => first + n);
      await replica.database.transaction((tx) =>
        replica.outbox.add(
          tx,
          numbers.map((n) => ({ topic: theTopic(), key: `k${n % 3_000}`, type: 'COUNTED', data: { n } })),
        ),
      );
    }
    expect(await waiting()).toBe('20000');
    const tries = producer.sends.length;
    producer.on = true;
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty', 120_000);
    const latest = new Map<number, number>();
    for (const n of new Set(producer.delivered.map(numberIn))) {
      expect(n).toBe((latest.get(n % 3_000) ?? (n % 3_000) - 3_000) + 3_000);
      latest.set(n % 3_000, n);
    }
    expect(new Set(producer.delivered.map(numberIn)).size).toBe(20_000);
    expect(producer.sends.length - tries).toBeLessThan(50); // 40, and what is tried twice around the broker's return
  }, 180_000);
});
