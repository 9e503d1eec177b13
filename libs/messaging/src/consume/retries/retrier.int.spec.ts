import { describe, expect, it } from '@jest/globals';
import {
  broken,
  connect,
  copies,
  database,
  effects,
  handleAgain,
  head,
  message,
  parked,
  replica,
  useReplicas,
} from '../../../test/replicas.js';
import type { ParkedMessage } from '../../parking/messages/parked-messages.repository.js';
import { eventually } from '../../testing/test-kafka.js';

useReplicas();

describe('an event whose handler fails', () => {
  it('is parked, and later events of its key wait behind it while other keys continue', async () => {
    broken.add('a1');
    const { consume } = replica();
    await consume(message('a', 'a1'), message('b', 'b1'), message('a', 'a2'));
    await consume(message('a', 'a3'), message('b', 'b2'));
    expect(await effects()).toEqual(['b1', 'b2']);
    expect(await parked()).toEqual(['a1 RETRYING 1', 'a2 BLOCKED 0', 'a3 BLOCKED 0']);
  });

  it('is retried, and all events of its key are handled in order once it works', async () => {
    broken.add('a1');
    const { consume, retry } = replica();
    await consume(message('a', 'a1'), message('a', 'a2'));
    broken.clear();
    retry();
    await eventually(async () => (await parked()).length === 0, 'nothing is parked any more');
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
    const replicas = [replica(), replica(await connect())];
    const first = message('a', 'a1');
    await replicas[0]?.consume(first, message('a', 'a2'));
    broken.clear();
    for (const { retry } of replicas) retry();
    await replicas[1]?.consume(first);
    await eventually(async () => (await parked()).length === 0, 'nothing is parked any more');
    await replicas[1]?.consume(first);
    expect(await effects()).toEqual(['a1', 'a2']);
  });

  it('is recorded as failed once if two replicas try it at the same time', async () => {
    broken.add('a1');
    const { consume, recordFailure } = replica();
    await consume(message('a', 'a1'));
    const tried = await head('a');
    const failed = { error: new TypeError('a1 is broken'), kind: 'bug', by: 'retry' } as const;
    for (const note of [1, 2]) {
      await database().transaction((tx) => recordFailure.execute(tx, [tried as ParkedMessage], failed));
      expect([note, await parked()]).toEqual([note, ['a1 RETRYING 2']]);
    }
  });

  it('is not overtaken by a batch that arrives during its retry', async () => {
    broken.add('a1');
    const { consume, retry } = replica();
    await consume(message('a', 'a1'));
    broken.clear();
    let entered = () => {};
    const retrying = new Promise<void>((resolve) => (entered = resolve));
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    retry(async (tx, heads) => {
      entered();
      await gate;
      await handleAgain(tx, heads);
    });
    await retrying;
    const batch = replica(await connect()).consume(message('a', 'a2'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await effects()).toEqual([]);
    release();
    await batch;
    await eventually(async () => (await effects()).length === 2, 'both are handled');
    expect(await effects()).toEqual(['a1', 'a2']);
  });
});

describe('an event whose handler breaks its own connection to a reachable database', () => {
  it('does not count as an outage: it is retried, becomes a dead letter, and stops no other event', async () => {
    const { consume, retry } = replica();
    await consume(message('a', 'fatal'), message('b', 'b1'));
    expect(await effects()).toEqual(['b1']);
    expect(await parked()).toEqual(['fatal RETRYING 1']);
    retry();
    await eventually(async () => (await parked())[0] === 'fatal OPEN 3', 'it is given up');
  });
});
