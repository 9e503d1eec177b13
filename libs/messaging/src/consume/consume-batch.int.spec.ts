import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { type Database, isContention, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { createConsumer, override, PARKING } from '../../test/consumer.js';
import type { DecodedMessage } from '../envelope/cloud-event.js';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import { PermanentError, PositionLost, TypeNotHandled } from '../envelope/message-errors.js';
import type { ConsumedMessage, OutgoingMessage } from '../envelope/message.js';
import { MESSAGING_MIGRATIONS } from '../migrations.js';
import { ConsumerStopped } from '../parking/kill-switch.js';
import { type ParkedMessage, ParkedMessagesRepository } from '../parking/parked-messages.repository.js';
import { ParkingFull } from '../parking/parking.js';
import { ParkingWatch } from '../parking/parking.watch.js';
import { eventually } from '../testing/test-kafka.js';
import { readBatch } from './read-batch.js';
import type { Retrier } from './retrier.js';

const GROUP = 'shop';
const TOPIC = 'events';
const { schedule } = PARKING;

let test: TestDatabase;
let copies: OutgoingMessage[];
let broken: Set<string>;
let retriers: Retrier[];
let nextOffset: number;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  await test.database.query('CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL)');
});
beforeEach(async () => {
  await test.database.query(
    'TRUNCATE effects, inbox, consumer_positions, parked_sequences, parked_messages, parked_attempts, kill_switch',
  );
  [copies, broken, retriers, nextOffset] = [[], new Set(), [], 0];
});
afterEach(() => Promise.all(retriers.map((retrier) => retrier.onApplicationShutdown())));
afterAll(() => test.drop());

type Replica = ReturnType<typeof replica>;

/** @param positions whether partitions move; else messages may come in any order */
function replica(
  database: Database = test.database,
  { maxParked = 1_000, keys = 1_000, failingKeys = 1_000, positions = false } = {},
) {
  const killSwitch = { ...PARKING.killSwitch, keys, failingKeys };
  const parts = createConsumer({ group: GROUP, database, copies, parking: { ...PARKING, maxParked, killSwitch } });
  parts.events.distinguish(TOPIC, ['SAID']);
  override(parts.dispatcher, handling);
  if (!positions) Object.assign(parts.positions, { know: async () => undefined, move: async () => undefined });
  retriers.push(parts.retrier);
  const execute = async (messages: readonly ConsumedMessage[], options?: { isImpatient: boolean }) =>
    parts.consumeBatch.execute(await readBatch(messages, parts.dispatcher), options);
  /** The batch whole, then each message alone; what fails alone is parked. */
  const consume = async (...messages: ConsumedMessage[]) => {
    try {
      await execute(messages);
    } catch {
      for (const message of messages) {
        await execute([message]).catch(async (error: Error) => {
          if ((await parts.policy.kindOf(error)) === 'unavailable') throw error;
          await parts.consumeBatch.park(message, error);
        });
      }
    }
  };
  /** @param handleAgain in the place of what the dispatcher does */
  const retry = (handleAgain?: (tx: Transaction, message: ConsumedMessage) => Promise<void>) => {
    if (handleAgain) override(parts.dispatcher, { ...handling, handleAgain });
    parts.retrier.onApplicationBootstrap();
  };
  return { ...parts, execute, consume, retry };
}

/** Its effect is a row; a message whose text is in `broken` fails after its effect. */
const handling = {
  decode: (message: ConsumedMessage) => {
    const what = message.value?.toString() ?? '';
    if (what === 'skip') return undefined;
    if (what.startsWith('bad')) throw new PermanentError('DATA_INVALID', `${what} is bad`);
    return { message, event: { id: '', source: '', type: '', subject: '', time: '', data: { what } } };
  },
  dispatch: async (tx: Transaction, decoded: readonly DecodedMessage[]) => {
    for (const { event } of decoded) {
      const { what } = event.data as { what: string };
      await tx.query('INSERT INTO effects (what) VALUES ($1)', [what]);
      if (what === 'hot') await tx.query("SELECT pg_advisory_xact_lock(hashtext('hot'))");
      if (broken.has(what)) throw new TypeError(`${what} is broken`);
      if (what.startsWith('fatal')) await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
    }
  },
};

const handleAgain = async (tx: Transaction, message: ConsumedMessage) => {
  const decoded = handling.decode(message);
  if (!decoded) throw new TypeNotHandled('no handler takes it');
  await handling.dispatch(tx, [decoded]);
};

function message(key: string | null, value: string, headers: ConsumedMessage['headers'] = {}): ConsumedMessage {
  const offset = String(nextOffset++);
  return {
    topic: TOPIC,
    partition: 0,
    offset,
    timestamp: '1',
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(value),
    headers,
  };
}

const head = (key: string) =>
  test.database.transaction((tx) =>
    new ParkedMessagesRepository(GROUP).head(tx, { topic: TOPIC, sequence: Buffer.from(`k${key}`) }),
  );
const statusesOf = async (key: string) =>
  (
    await test.database.query<{ status: string }>(
      'SELECT status FROM parked_messages WHERE key = $1 ORDER BY position',
      [Buffer.from(key)],
    )
  ).map(({ status }) => status);
const effects = async () =>
  (await test.database.query<{ what: string }>('SELECT what FROM effects ORDER BY n')).map(({ what }) => what);
const parked = async () =>
  (
    await test.database.query<{ line: string }>(
      `SELECT convert_from(value, 'UTF8') || ' ' || status || ' ' || attempts AS line FROM parked_messages ORDER BY position`,
    )
  ).map(({ line }) => line);

describe('what becomes of events is counted by topic and type', () => {
  const said = { ce_type: Buffer.from('SAID') };
  const count = (metrics: Metrics, outcome: string, labels = '') =>
    sample(metrics, `events_${outcome}_total{topic="events",type="SAID"${labels}}`);

  it('once its effect is committed, and with its age', async () => {
    const { consume, metrics } = replica();
    const time = Buffer.from(new Date(Date.now() - 90_000).toISOString());
    const one = message('a', 'a1', { ...said, ce_time: time });
    await consume(one, message('b', 'b1', said));
    await consume(one, message('b', 'skip', said));
    expect(await count(metrics, 'handled')).toBe(2);
    expect(await count(metrics, 'repeated')).toBe(1);
    expect(await sample(metrics, 'event_age_seconds_count{type="SAID"}')).toBe(1);
    expect(await sample(metrics, 'event_age_seconds_bucket{le="60",type="SAID"}')).toBe(0);
    expect(await sample(metrics, 'event_age_seconds_bucket{le="300",type="SAID"}')).toBe(1);
  });

  it('when it is set aside, and at each attempt from then on', async () => {
    broken.add('a1');
    const { consume, retry, metrics } = replica();
    await consume(message('a', 'a1', said), message('a', 'a2', said), message('b', 'b1', said));
    expect([await count(metrics, 'parked'), await count(metrics, 'handled')]).toEqual([2, 1]);
    retry();
    await eventually(async () => (await count(metrics, 'retried', ',result="failed"')) === 1, 'it has failed again');
    broken.clear();
    await eventually(async () => (await parked()).length === 0, 'nothing is set aside any more');
    expect(await count(metrics, 'retried', ',result="succeeded"')).toBe(2);
    expect(await count(metrics, 'handled')).toBe(3);
  });

  it('as "other" where nobody handles its type', async () => {
    const { consume, metrics } = replica();
    await consume(message('a', 'bad', { ce_type: Buffer.from('MADE_UP') }));
    expect(await sample(metrics, 'events_parked_total{topic="events",type="other"}')).toBe(1);
    expect(await sample(metrics, 'events_parked_total{type="MADE_UP"}')).toBeUndefined();
  });
});

describe('ParkingWatch', () => {
  it('counts what is set aside by status, up to the bound', async () => {
    const { consume } = replica();
    await consume(message('a', 'bad'), message('a', 'a2'), message('a', 'a3'), message('b', 'bad too'));
    const metrics = new Metrics();
    const watch = new ParkingWatch(test.database, new ParkedMessagesRepository(GROUP), { maxParked: 2 }, metrics);
    expect(await sample(metrics, 'parked_messages{status="OPEN"}')).toBe(0);
    await watch.look();
    expect(await sample(metrics, 'parked_messages{status="OPEN"}')).toBe(2);
    expect(await sample(metrics, 'parked_messages{status="BLOCKED"}')).toBe(2);
    expect(await sample(metrics, 'parked_messages{status="DISCARDED"}')).toBe(0);
    await test.database.query("UPDATE parked_messages SET status = 'BLOCKED'");
    await watch.look();
    expect(await sample(metrics, 'parked_messages{status="BLOCKED"}')).toBe(2); // of four
  });
});

describe('an event whose handler fails', () => {
  it('is set aside, and later events of its key wait behind it while other keys go on', async () => {
    broken.add('a1');
    const { consume } = replica();
    await consume(message('a', 'a1'), message('b', 'b1'), message('a', 'a2'));
    await consume(message('a', 'a3'), message('b', 'b2'));
    expect(await effects()).toEqual(['b1', 'b2']);
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0', 'a3 BLOCKED 0']);
  });

  it('is tried again, and all of its key end in order once it works', async () => {
    broken.add('a1');
    const { consume, retry } = replica();
    await consume(message('a', 'a1'), message('a', 'a2'));
    broken.clear();
    retry();
    await eventually(async () => (await parked()).length === 0, 'nothing is set aside any more');
    await consume(message('a', 'a3'));
    expect(await effects()).toEqual(['a1', 'a2', 'a3']);
  });

  it('is a dead letter when its attempts are used up; its successors stay blocked, and its effects leave no trace', async () => {
    broken.add('a1');
    const { consume, retry } = replica();
    await consume(message('a', 'a1'), message('a', 'a2'));
    retry();
    await eventually(async () => (await parked())[0] === 'a1 OPEN 3', 'it is given up');
    await consume(message('a', 'a3'));
    expect(await parked()).toEqual(['a1 OPEN 3', 'a2 BLOCKED 0', 'a3 BLOCKED 0']);
    expect(await effects()).toEqual([]);
    expect(copies.length).toBe(1);
  });

  it('is handled once, however many replicas retry and redeliver it', async () => {
    broken.add('a1');
    const replicas = [replica(), replica(await test.connect())];
    const first = message('a', 'a1');
    await replicas[0]?.consume(first, message('a', 'a2'));
    broken.clear();
    for (const { retry } of replicas) retry();
    await replicas[1]?.consume(first);
    await eventually(async () => (await parked()).length === 0, 'nothing is set aside any more');
    await replicas[1]?.consume(first);
    expect(await effects()).toEqual(['a1', 'a2']);
  });

  it('is noted as failed once where two replicas have tried it at the same moment', async () => {
    broken.add('a1');
    const { consume, recordFailure } = replica();
    await consume(message('a', 'a1'));
    const tried = await head('a');
    const failed = { error: new TypeError('a1 is broken'), kind: 'bug', by: 'retry' } as const;
    for (const note of [1, 2]) {
      await test.database.transaction((tx) => recordFailure.execute(tx, tried as ParkedMessage, failed));
      expect([note, await parked()]).toEqual([note, ['a1 RETRYING 2']]);
    }
  });

  it('is not overtaken by a batch that comes while it is being retried', async () => {
    broken.add('a1');
    const { consume, retry } = replica();
    await consume(message('a', 'a1'));
    broken.clear();
    let entered = () => {};
    const retrying = new Promise<void>((resolve) => (entered = resolve));
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    retry(async (tx, head) => {
      entered();
      await gate;
      await handleAgain(tx, head);
    });
    await retrying;
    const batch = replica(await test.connect()).consume(message('a', 'a2'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await effects()).toEqual([]);
    release();
    await batch;
    await eventually(async () => (await effects()).length === 2, 'both are handled');
    expect(await effects()).toEqual(['a1', 'a2']);
  });
});

describe('an event whose handler breaks its own connection to a database that is there', () => {
  it('is not taken for an outage: it is retried, given up, and stops nobody else', async () => {
    const { consume, retry } = replica();
    await consume(message('a', 'fatal'), message('b', 'b1'));
    expect(await effects()).toEqual(['b1']);
    expect(await parked()).toEqual(['fatal RETRYING 1']);
    retry();
    await eventually(async () => (await parked())[0] === 'fatal OPEN 3', 'it is given up');
  });
});

describe('the kill switch', () => {
  const isTripped = async () =>
    (await test.database.query('SELECT FROM kill_switch WHERE tripped_at IS NOT NULL')).length;

  /** Everything fails; `keys` of the keys run out of retries. */
  async function badDeploy(keys: number): Promise<Replica> {
    const first = replica(test.database, { keys });
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      broken.add(`${key}1`);
      await first.consume(message(key, `${key}1`));
    }
    first.retry();
    await eventually(async () => (await isTripped()) > 0, 'the group is stopped');
    return first;
  }
  const dead = async () => (await parked()).filter((line) => line.includes('OPEN')).length;

  it('stops the group when the retries of many keys run out: nothing more is given up, and it says so', async () => {
    const { killSwitch, consume } = await badDeploy(3);
    expect(killSwitch.health()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('3 keys') });
    expect(await dead()).toBe(3);
    broken.add('f1');
    const next = message('f', 'f1');
    for (let trial = 0; trial < 5; trial += 1) await expect(consume(next)).rejects.toThrow(ConsumerStopped);
    expect([await dead(), (await parked()).length, await effects()]).toEqual([3, 5, []]);
  });

  it('is seen by every replica, by one that starts later too', async () => {
    await badDeploy(3);
    const late = replica(await test.connect(), { keys: 3 });
    broken.add('f1');
    await expect(late.consume(message('f', 'f1'))).rejects.toThrow(ConsumerStopped);
  });

  it('tries single events, of those that are retried too, and lets all go on when one works', async () => {
    await badDeploy(3);
    broken.clear();
    await eventually(async () => (await isTripped()) === 0, 'the group goes on');
    await eventually(async () => (await effects()).length === 2, 'what was still retried is handled');
    expect(await dead()).toBe(3);
  });

  it('tries a single event of a batch, and handles it once', async () => {
    const { retrier, consume } = await badDeploy(3);
    await retrier.onApplicationShutdown();
    const ofOneKey = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9'];
    const batch = ofOneKey.map((what) => message('f', what));
    await eventually(
      async () =>
        consume(...batch).then(
          () => true,
          () => false,
        ),
      'a trial works',
    );
    expect(await effects()).toEqual(ofOneKey);
    expect(await isTripped()).toBe(0);
  });

  it('lets pass what was handled before: it proves nothing as a trial and must not hold its partition', async () => {
    const { killSwitch, execute, retrier } = await badDeploy(3);
    await retrier.onApplicationShutdown();
    const again = ['a', 'b', 'c'].map((key, n) => ({ ...message(key, `${key}1`), offset: String(n) }));
    await execute(again);
    expect([await isTripped(), killSwitch.health().status]).toEqual([1, 'degraded']);
    broken.add('f1');
    await expect(execute([...again, message('f', 'f1')])).rejects.toThrow(ConsumerStopped);
    expect(await effects()).toEqual([]);
  });

  it('does not try what stands behind bad input of its key', async () => {
    const { retrier, consume } = await badDeploy(3);
    await retrier.onApplicationShutdown();
    broken.clear();
    const batch = [message('f', 'bad'), message('f', 'f2')];
    await eventually(async () => {
      await consume(...batch).catch(() => undefined);
      return (await statusesOf('f')).length === 2;
    }, 'both are set aside');
    expect(await effects()).toEqual([]);
    expect(await statusesOf('f')).toEqual(['OPEN', 'BLOCKED']);
    expect(await isTripped()).toBe(1);
  });

  it('is thrown where nearly all fails, though nothing runs out so fast', async () => {
    const { consume, killSwitch } = replica(test.database, { failingKeys: 5 });
    for (const key of ['a', 'b', 'c', 'd']) broken.add(`${key}1`);
    for (const key of ['a', 'b', 'c', 'd']) await consume(message(key, `${key}1`));
    expect(killSwitch.health().status).toBe('up');
    broken.add('e1');
    await consume(message('e', 'e1'));
    expect(killSwitch.health().detail).toContain('100 % of what a replica has tried in 60 s has failed');
  });

  it('is not thrown by some that fail among many that work', async () => {
    const { consume, killSwitch } = replica(test.database, { failingKeys: 5 });
    await consume(message('good', 'g1'), message('good', 'g2'));
    for (const key of ['a', 'b', 'c', 'd', 'e']) broken.add(`${key}1`);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await consume(message(key, `${key}1`));
    expect(killSwitch.health().status).toBe('up');
  });

  it('does not count what ran out before it was released', async () => {
    const { killSwitch } = await badDeploy(3);
    broken.clear();
    await eventually(async () => (await isTripped()) === 0, 'the group goes on');
    broken.add('g1');
    await replica(test.database, { keys: 3 }).consume(message('g', 'g1'));
    await eventually(async () => (await dead()) === 4, 'one more is given up');
    expect([await isTripped(), killSwitch.health().status]).toEqual([0, 'up']);
  });

  it('does not count bad input, nor one key that fails again and again', async () => {
    const { consume, retry } = replica(test.database, { keys: 2 });
    for (const key of ['a', 'b', 'c']) await consume(message(key, 'bad'));
    broken.add('d1');
    await consume(message('d', 'd1'));
    retry();
    await eventually(async () => (await dead()) === 4, 'all are given up');
    expect(await isTripped()).toBe(0);
  });

  it('does not count what turns out as bad input when it is retried', async () => {
    const { consume, retry } = replica(test.database, { keys: 2 });
    for (const key of ['a', 'b', 'c']) {
      broken.add(`${key}1`);
      await consume(message(key, `${key}1`));
    }
    retry(() => Promise.reject(new PermanentError('DATA_INVALID', 'bad after all')));
    await eventually(async () => (await dead()) === 3, 'all are given up');
    expect(await isTripped()).toBe(0);
  });
});

describe('a message that is bad input', () => {
  it('is a dead letter at once, with what follows of its key behind it, in the same transaction', async () => {
    const { consume } = replica();
    await consume(message('a', 'a1'), message('a', 'bad'), message('a', 'a2'), message('b', 'b1'));
    expect(await effects()).toEqual(['a1', 'b1']);
    expect(await parked()).toEqual(['bad OPEN 1', 'a2 BLOCKED 0']);
  });

  it('is one as well where it turns out as such at a retry: what waits behind it stays there', async () => {
    const { consumeBatch, consume, retry } = replica();
    await consumeBatch.park(message('a', 'bad'), new TypeError('of a version that could read it'));
    await consume(message('a', 'a2'));
    expect(await parked()).toEqual(['bad RETRYING 1', 'a2 BLOCKED 0']);
    retry();
    await eventually(async () => (await parked())[0] === 'bad OPEN 2', 'it is given up at the first retry');
    expect([await parked(), await effects()]).toEqual([['bad OPEN 2', 'a2 BLOCKED 0'], []]);
    expect(await test.database.query('SELECT error_code FROM parked_messages ORDER BY position')).toEqual([
      { error_code: 'DATA_INVALID' },
      { error_code: null },
    ]);
    expect(copies).toMatchObject([{ headers: { dead_letter_error_code: 'DATA_INVALID', dead_letter_attempts: '2' } }]);
  });

  it('without a key holds nothing back', async () => {
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

  it('may have the strangest ids, keys and names of headers', async () => {
    const { consume } = replica();
    const long = randomBytes(5_000); // nothing that an index could compress
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

  it('has the type that the consumer reads, the first where the header is repeated', async () => {
    await replica().consume(message('a', 'bad', { ce_type: [Buffer.from('SAID'), Buffer.from('MEANT')] }));
    expect(await test.database.query('SELECT event_type FROM parked_messages')).toEqual([{ event_type: 'SAID' }]);
  });

  it('of a type that nobody handles is skipped, not set aside', async () => {
    await replica().consume(message('a', 'bad'), message('a', 'skip'));
    expect(await parked()).toEqual(['bad OPEN 1']);
  });
});

describe('the bound of what is set aside', () => {
  it('keeps the message in Kafka and leaves no trace of it', async () => {
    const { consume } = replica(test.database, { maxParked: 2 });
    await consume(message('a', 'bad 1'), message('b', 'bad 2'));
    const third = message('c', 'bad 3');
    await expect(consume(third)).rejects.toThrow(ParkingFull);
    expect(await parked()).toEqual(['bad 1 OPEN 1', 'bad 2 OPEN 1']);
    await test.database.query('TRUNCATE parked_sequences, parked_messages, parked_attempts');
    await consume(third);
    expect(await parked()).toEqual(['bad 3 OPEN 1']);
  });
});

describe('rewinding a group to the beginning', () => {
  it('changes nothing', async () => {
    const { consume } = replica();
    const all = [message('a', 'a1'), message('b', 'bad'), message('b', 'b1'), message('c', 'c1')];
    await consume(...all);
    const before = [await effects(), await parked()];
    await consume(...all);
    expect([await effects(), await parked()]).toEqual(before);
    expect(copies.length).toBe(1);
  });
});

describe('what is no fault of a message', () => {
  const releaseAll: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(releaseAll.splice(0).map((release) => release())));

  /** Holds what `lock` locks, in somebody else's transaction, until the returned function is called. */
  async function rivalHolding(lock: string): Promise<() => Promise<void>> {
    const rival = await test.connect();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let holding = Promise.resolve();
    await new Promise<void>((locked) => {
      holding = rival.transaction(async (tx) => {
        await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
        await tx.query('SET LOCAL transaction_timeout = 0');
        await tx.query(lock);
        locked();
        await held;
      });
    });
    const end = async () => {
      release();
      await holding;
    };
    releaseAll.push(end);
    return end;
  }

  it('a lock that others hold sets aside only who wants it, and never makes a dead letter of it', async () => {
    const release = await rivalHolding("SELECT pg_advisory_xact_lock(hashtext('hot'))");
    const { execute, consumeBatch, retry } = replica();
    const error = (await execute([message('a', 'hot')], { isImpatient: true }).catch(
      (reason: unknown) => reason,
    )) as Error;
    expect(isContention(error)).toBe(true);
    await consumeBatch.park(message('a', 'hot'), error);
    await execute([message('a', 'a2'), message('b', 'b1')]);
    expect(await effects()).toEqual(['b1']);
    retry();
    const tries = async () => {
      const rows = await test.database.query<{ attempts: number; tries: number; status: string }>(
        `SELECT attempts, status, (SELECT count(*)::int FROM parked_attempts WHERE message_id = m.id) AS tries
         FROM parked_messages m WHERE key = 'a' ORDER BY position LIMIT 1`,
      );
      return rows[0];
    };
    const failedAt = () =>
      test.database.query("SELECT last_failed_at::text FROM parked_messages WHERE status = 'RETRYING'");
    const before = await failedAt();
    await eventually(async () => JSON.stringify(await failedAt()) !== JSON.stringify(before), 'it is tried again');
    expect(await tries()).toEqual({ attempts: 1, tries: 1, status: 'RETRYING' });
    await release();
    await eventually(async () => (await effects()).length === 3, 'both follow when the lock is free', 30_000);
    expect(await effects()).toEqual(['b1', 'hot', 'a2']);
  });

  it('a migration that locks a whole table makes no dead letter, however long it takes, and all is handled when it ends', async () => {
    const release = await rivalHolding('LOCK TABLE effects IN ACCESS EXCLUSIVE MODE');
    const { execute, consumeBatch, retry, metrics } = replica();
    const said = { ce_type: Buffer.from('SAID') };
    const batch = [message('a', 'a1', said), message('a', 'a2', said), message('b', 'b1', said)];
    const error = (await execute(batch, { isImpatient: true }).catch((reason: unknown) => reason)) as Error;
    expect(isContention(error)).toBe(true);
    for (const each of batch) await consumeBatch.park(each, error);
    retry();
    const failed = () => sample(metrics, `events_retried_total{topic="events",type="SAID",result="failed"}`);
    await eventually(async () => {
      await test.database.query('UPDATE parked_sequences SET next_attempt_at = now()');
      return Number(await failed()) > 2 * schedule.maxAttempts;
    }, 'both keys are tried more often than a handler may fail');
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0', 'b1 RETRYING 1']);
    expect(copies).toEqual([]);
    await release();
    await test.database.query('UPDATE parked_sequences SET next_attempt_at = now()');
    await eventually(async () => (await parked()).length === 0, 'nothing is set aside any more');
    expect((await effects()).filter((what) => what.startsWith('a'))).toEqual(['a1', 'a2']);
    expect((await effects()).toSorted()).toEqual(['a1', 'a2', 'b1']);
  });

  it('those that a handler has named are set aside with their batch, to be tried again, and what follows of their keys', async () => {
    const { consumeBatch, dispatcher } = replica();
    const [held, after, other] = [message('a', 'a1'), message('a', 'a2'), message('b', 'b1')];
    const failure = new LockedByOthers('the row', ['a']).among([held, after]);
    const locked = [held, after].map((each) => ({ message: each, failure }));
    await consumeBatch.execute([...locked, ...(await readBatch([other], dispatcher))]);
    expect(await effects()).toEqual(['b1']);
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0']);
    expect(copies).toEqual([]);
  });

  it('a type that only another version handles is left alone by retries', async () => {
    const { consumeBatch, retry } = replica();
    await consumeBatch.park(message('a', 'skip'), new TypeError('of the other version'));
    retry();
    const found = () =>
      test.database.query<{ error_code: string; status: string; attempts: number }>(
        'SELECT error_code, status, attempts FROM parked_messages',
      );
    await eventually(async () => (await found())[0]?.error_code === 'EVENT_TYPE_NOT_HANDLED', 'it was tried');
    expect(await found()).toEqual([{ error_code: 'EVENT_TYPE_NOT_HANDLED', status: 'RETRYING', attempts: 1 }]);
  });

  it('messages of other types leave no row in the inbox, so that a later version can still be rewound to them', async () => {
    await replica().execute([message('a', 'skip'), message('b', 'b1')]);
    expect(await test.database.query('SELECT event_id FROM inbox')).toHaveLength(1);
  });
});

describe('the positions of partitions', () => {
  const position = async () =>
    (await test.database.query<{ next: number }>('SELECT next_offset::int AS next FROM consumer_positions'))[0]?.next;

  it('move with the effects, and with messages that nobody handles', async () => {
    const { consumeBatch, execute } = replica(test.database, { positions: true });
    expect(await position()).toBeUndefined();
    await execute([message('a', 'a1')]);
    await execute([message('a', 'skip')]);
    expect(await position()).toBe(2);
    broken.add('a3');
    const third = message('a', 'a3');
    await expect(execute([third])).rejects.toThrow('a3 is broken');
    expect([await position(), await effects()]).toEqual([2, ['a1']]);
    await consumeBatch.park(third, new TypeError('a3 is broken'));
    expect(await position()).toBe(3);
  });

  it.each(['behind', 'ahead'])('keep a late replica from an effect that is %s', async (where) => {
    const [late, owner] = [replica(test.database, { positions: true }), replica(test.database, { positions: true })];
    await late.execute([message('a', 'a1')]);
    await owner.execute([message('a', 'a2')]);
    const offset = where === 'behind' ? '1' : '7';
    const lost = late.execute([{ ...message('b', 'b1'), offset }]);
    await expect(lost).rejects.toThrow(PositionLost);
    expect(await late.policy.kindOf(await lost.catch((error: unknown) => error))).toBe('unavailable');
    expect([await position(), await effects()]).toEqual([2, ['a1', 'a2']]);
  });

  it('keep a replica from an effect that knows of none, where another one has begun', async () => {
    const [late, owner] = [replica(test.database, { positions: true }), replica(test.database, { positions: true })];
    const [first, second] = [message('a', 'a1'), message('b', 'b1')];
    await late.positions.know([first]);
    await owner.execute([first]);
    await expect(late.execute([second])).rejects.toThrow(PositionLost);
    expect(await effects()).toEqual(['a1']);
  });
});
