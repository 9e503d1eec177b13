import { afterEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { isContention } from '@orderflow/postgres';
import { holdLocks } from '@orderflow/postgres/testing';
import { PARKING } from '../../../test/consumer.js';
import {
  connect,
  copies,
  effects,
  handleAgain,
  message,
  parked,
  query,
  replica,
  useReplicas,
} from '../../../test/replicas.js';
import { LockedByOthers } from '../../envelope/locked-by-others.js';
import { eventually } from '../../testing/test-kafka.js';
import { readBatch } from '../read-batch.js';

const { schedule } = PARKING;

useReplicas();

describe('a failure that the message did not cause', () => {
  const releaseAll: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(releaseAll.splice(0).map((release) => release())));

  /** Another replica's locks, which end with the test at the latest. */
  async function rivalHolding(lock: string): Promise<() => Promise<void>> {
    const release = await holdLocks(await connect(), lock);
    releaseAll.push(release);
    return release;
  }

  it('parks only the messages that need a locked row, and never makes them dead letters', async () => {
    const release = await rivalHolding("SELECT pg_advisory_xact_lock(hashtext('hot'))");
    const { execute, consumeBatch, retry } = replica();
    const error = (await execute([message('a', 'hot')], { hasShortLockTimeout: true }).catch(
      (reason: unknown) => reason,
    )) as Error;
    expect(isContention(error)).toBe(true);
    await consumeBatch.parkAlone(message('a', 'hot'), error);
    await execute([message('a', 'a2'), message('b', 'b1')]);
    expect(await effects()).toEqual(['b1']);
    retry();
    const tries = async () => {
      const rows = await query<{ attempts: number; tries: number; status: string }>(
        `SELECT attempts, status, (SELECT count(*)::int FROM parked_attempts WHERE message_id = m.id) AS tries
         FROM parked_messages m WHERE key = 'a' ORDER BY position LIMIT 1`,
      );
      return rows[0];
    };
    const failedAt = () => query("SELECT last_failed_at::text FROM parked_messages WHERE status = 'RETRYING'");
    const before = await failedAt();
    await eventually(async () => JSON.stringify(await failedAt()) !== JSON.stringify(before), 'it is tried again');
    expect(await tries()).toEqual({ attempts: 1, tries: 1, status: 'RETRYING' });
    await release();
    await eventually(async () => (await effects()).length === 3, 'both follow when the lock is free', 30_000);
    expect(await effects()).toEqual(['b1', 'hot', 'a2']);
  });

  it('makes no dead letters while a migration locks a whole table; all messages are handled when it ends', async () => {
    const release = await rivalHolding('LOCK TABLE effects IN ACCESS EXCLUSIVE MODE');
    const { execute, consumeBatch, retry, metrics } = replica();
    const said = { ce_type: Buffer.from('SAID') };
    const batch = [message('a', 'a1', said), message('a', 'a2', said), message('b', 'b1', said)];
    const error = (await execute(batch, { hasShortLockTimeout: true }).catch((reason: unknown) => reason)) as Error;
    expect(isContention(error)).toBe(true);
    for (const each of batch) await consumeBatch.parkAlone(each, error);
    retry();
    const failed = () => sample(metrics, `events_retried_total{topic="events",type="SAID",result="failed"}`);
    await eventually(async () => {
      await query('UPDATE parked_sequences SET next_attempt_at = now()');
      return Number(await failed()) > 2 * schedule.maxAttempts;
    }, 'both keys are tried more often than a handler may fail');
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0', 'b1 RETRYING 1']);
    expect(copies).toEqual([]);
    await release();
    await query('UPDATE parked_sequences SET next_attempt_at = now()');
    await eventually(async () => (await parked()).length === 0, 'nothing is parked any more');
    expect((await effects()).filter((what) => what.startsWith('a'))).toEqual(['a1', 'a2']);
    expect((await effects()).toSorted()).toEqual(['a1', 'a2', 'b1']);
  });

  it('does not hold up the retries of other messages, however many need the locked row', async () => {
    const { consumeBatch, retry } = replica();
    const failure = new LockedByOthers('the row', []);
    const locked = Array.from({ length: 40 }, (_, n) => ({ message: message(`hot-${n}`, 'hot'), failure }));
    await consumeBatch.execute([...locked, { message: message('b', 'b1'), failure }]);
    await query(`UPDATE parked_sequences SET next_attempt_at = now() - (sequence <> 'kb')::int * interval '1 s'`);
    let attempts = 0;
    retry(async (tx, messages) => {
      attempts += 1;
      const hot = messages.filter(({ value }) => value?.toString() === 'hot');
      if (hot.length === 0) return handleAgain(tx, messages);
      throw new LockedByOthers(
        'the row',
        hot.map(({ key }) => String(key)),
      ).among(messages);
    });
    await eventually(async () => (await effects()).length === 1, 'the other message is handled');
    expect(attempts).toBeLessThan(10);
  });

  it('parks the messages that a handler names, and later ones of their keys, to retry them', async () => {
    const { consumeBatch, dispatcher } = replica();
    const [held, after, other] = [message('a', 'a1'), message('a', 'a2'), message('b', 'b1')];
    const failure = new LockedByOthers('the row', ['a']).among([held, after]);
    const locked = [held, after].map((each) => ({ message: each, failure }));
    await consumeBatch.execute([...locked, ...(await readBatch([other], dispatcher))]);
    expect(await effects()).toEqual(['b1']);
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0']);
    expect(copies).toEqual([]);
  });

  it('keeps a message whose type only another version handles, without using up its retries', async () => {
    const { consumeBatch, retry, retrier } = replica();
    await consumeBatch.parkAlone(message('a', 'skip'), new TypeError('of the other version'));
    retry();
    const found = () =>
      query<{ error_code: string; status: string; attempts: number }>(
        'SELECT error_code, status, attempts FROM parked_messages',
      );
    await eventually(async () => (await found())[0]?.error_code === 'EVENT_TYPE_NOT_HANDLED', 'it was tried');
    expect(await found()).toEqual([{ error_code: 'EVENT_TYPE_NOT_HANDLED', status: 'RETRYING', attempts: 1 }]);
    await retrier.onApplicationShutdown();
    await query('UPDATE parked_sequences SET next_attempt_at = now()');
    replica(await connect()).retry((tx, heads) =>
      handleAgain(
        tx,
        heads.map((head) => ({ ...head, value: Buffer.from('known now') })),
      ),
    );
    await eventually(async () => (await effects()).length === 1, 'the other version handles it');
    expect([await effects(), await parked()]).toEqual([['known now'], []]);
  });

  it('leaves no inbox row for a type without a handler, so that a later version can be rewound to it', async () => {
    await replica().execute([message('a', 'skip'), message('b', 'b1')]);
    expect(await query('SELECT event_key FROM inbox')).toHaveLength(1);
  });
});
