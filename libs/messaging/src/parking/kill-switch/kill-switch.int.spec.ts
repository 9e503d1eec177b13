import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '../../envelope/message-errors.js';
import type { ParkedMessage } from '../messages/parked-messages.repository.js';
import type { FailedAttempt } from '../record-failure.js';
import { ConsumerStopped } from './kill-switch.js';
import { eventually } from '../../testing/test-kafka.js';
import {
  broken,
  connect,
  database,
  effects,
  head,
  message,
  parked,
  query,
  replica,
  statusesOf,
  type Replica,
  useReplicas,
} from '../../../test/replicas.js';

useReplicas();

describe('the kill switch', () => {
  const isTripped = async () => (await query('SELECT FROM kill_switch WHERE tripped_at IS NOT NULL')).length;

  /** Makes every message fail; `keys` of the keys run out of retries. */
  async function badDeploy(keys: number): Promise<Replica> {
    const first = replica(database(), { keys });
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      broken.add(`${key}1`);
      await first.consume(message(key, `${key}1`));
    }
    first.retry();
    await eventually(async () => (await isTripped()) > 0, 'the group is stopped');
    return first;
  }
  const dead = async () => (await parked()).filter((line) => line.includes('OPEN')).length;

  it('stops the group when the retries of many keys run out, so that no more dead letters arise, and reports it', async () => {
    const { killSwitch, consume } = await badDeploy(3);
    expect(killSwitch.health()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('3 keys') });
    expect(await dead()).toBe(3);
    broken.add('f1');
    const next = message('f', 'f1');
    for (let trial = 0; trial < 5; trial += 1) await expect(consume(next)).rejects.toThrow(ConsumerStopped);
    expect([await dead(), (await parked()).length, await effects()]).toEqual([3, 5, []]);
  });

  it('is tripped for every replica, including one that starts later', async () => {
    await badDeploy(3);
    const late = replica(await connect(), { keys: 3 });
    broken.add('f1');
    await expect(late.consume(message('f', 'f1'))).rejects.toThrow(ConsumerStopped);
  });

  it('tries single events, parked ones too, and is reset when one works', async () => {
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

  it('skips duplicates, which prove nothing as a trial and must not block their partition', async () => {
    const { killSwitch, execute, retrier } = await badDeploy(3);
    await retrier.onApplicationShutdown();
    const again = ['a', 'b', 'c'].map((key, n) => ({ ...message(key, `${key}1`), offset: String(n) }));
    await execute(again);
    expect([await isTripped(), killSwitch.health().status]).toEqual([1, 'degraded']);
    broken.add('f1');
    await expect(execute([...again, message('f', 'f1')])).rejects.toThrow(ConsumerStopped);
    expect(await effects()).toEqual([]);
  });

  it('does not try an event behind bad input of its key', async () => {
    const { retrier, consume } = await badDeploy(3);
    await retrier.onApplicationShutdown();
    broken.clear();
    const batch = [message('f', 'bad'), message('f', 'f2')];
    await eventually(async () => {
      await consume(...batch).catch(() => undefined);
      return (await statusesOf('f')).length === 2;
    }, 'both are parked');
    expect(await effects()).toEqual([]);
    expect(await statusesOf('f')).toEqual(['OPEN', 'BLOCKED']);
    expect(await isTripped()).toBe(1);
  });

  it('is tripped if nearly every event fails, even before retries run out', async () => {
    const { consume, killSwitch } = replica(database(), { failingKeys: 5 });
    for (const key of ['a', 'b', 'c', 'd']) broken.add(`${key}1`);
    for (const key of ['a', 'b', 'c', 'd']) await consume(message(key, `${key}1`));
    expect(killSwitch.health().status).toBe('up');
    broken.add('e1');
    await consume(message('e', 'e1'));
    expect(killSwitch.health().detail).toContain('100 % of what a replica has tried in 60 s has failed');
  });

  it('is not tripped by a few failures among many successes', async () => {
    const { consume, killSwitch } = replica(database(), { failingKeys: 5 });
    await consume(message('good', 'g1'), message('good', 'g2'));
    for (const key of ['a', 'b', 'c', 'd', 'e']) broken.add(`${key}1`);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await consume(message(key, `${key}1`));
    expect(killSwitch.health().status).toBe('up');
  });

  it('does not count retries that ran out before it was reset', async () => {
    const { killSwitch } = await badDeploy(3);
    broken.clear();
    await eventually(async () => (await isTripped()) === 0, 'the group goes on');
    broken.add('g1');
    await replica(database(), { keys: 3 }).consume(message('g', 'g1'));
    await eventually(async () => (await dead()) === 4, 'one more is given up');
    expect([await isTripped(), killSwitch.health().status]).toEqual([0, 'up']);
  });

  it('counts neither bad input nor repeated failures of one key', async () => {
    const { consume, retry } = replica(database(), { keys: 2 });
    for (const key of ['a', 'b', 'c']) await consume(message(key, 'bad'));
    broken.add('d1');
    await consume(message('d', 'd1'));
    retry();
    await eventually(async () => (await dead()) === 4, 'all are given up');
    expect(await isTripped()).toBe(0);
  });

  it('leaves a dead letter to the operator, even if it became one while a trial of it failed', async () => {
    const { consume, recordFailure } = replica();
    broken.add('a1');
    await consume(message('a', 'a1'));
    const tried = (await head('a')) as ParkedMessage;
    const record = (attempt: FailedAttempt) =>
      database().transaction((tx) => recordFailure.execute(tx, [tried], attempt));
    await record({ error: new TypeError('a1 is broken'), kind: 'bug', by: 'trial' });
    expect(await parked()).toEqual(['a1 RETRYING 1']);
    await record({ error: new PermanentError('DATA_INVALID', 'bad after all'), kind: 'bad-input', by: 'replay' });
    await record({ error: new TypeError('a1 is broken'), kind: 'bug', by: 'trial' });
    expect(await parked()).toEqual(['a1 OPEN 2']);
    expect(await query('SELECT next_attempt_at AS at FROM parked_sequences')).toEqual([{ at: null }]);
  });

  it('does not count messages that turn out to be bad input at a retry', async () => {
    const { consume, retry } = replica(database(), { keys: 2 });
    for (const key of ['a', 'b', 'c']) {
      broken.add(`${key}1`);
      await consume(message(key, `${key}1`));
    }
    retry(() => Promise.reject(new PermanentError('DATA_INVALID', 'bad after all')));
    await eventually(async () => (await dead()) === 3, 'all are given up');
    expect(await isTripped()).toBe(0);
  });
});
