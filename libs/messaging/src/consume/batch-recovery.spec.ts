import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { DecodedMessage } from '../envelope/cloud-event.js';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import type { ConsumedMessage } from '../envelope/message.js';
import { FailurePolicy } from '../parking/failure-policy.js';
import { BatchRecovery } from './batch-recovery.js';
import type { ConsumeBatch } from './consume-batch.js';
import type { EventDispatcher } from './dispatch/event-dispatcher.js';

/** The value of a message that no handler takes. */
const SKIPPED = Buffer.from('skipped');

class Locked extends Error {
  readonly code = '55P03';
}

type Transactions = Pick<ConsumeBatch, 'execute' | 'parkAlone'>;

/**
 * Every message is decoded, and those whose key is `hot` need rows that others have locked.
 * @param says whether its handler finds out which ones they are, unless it waits long
 */
function recoveryOf(hot: (key: string) => boolean, { says = false } = {}) {
  const handled: string[] = [];
  const parked: string[] = [];
  const waits: boolean[] = [];
  const keyOf = ({ key }: ConsumedMessage) => String(key);
  const transactions: Transactions = {
    execute: async (batch, { hasShortLockTimeout = false } = {}) => {
      const keys = batch.filter(({ event }) => event).map(({ message }) => keyOf(message));
      if (keys.some(hot)) {
        waits.push(hasShortLockTimeout);
        if (!says || !hasShortLockTimeout) throw new Locked('canceling statement due to lock timeout');
        throw new LockedByOthers('it', keys.filter(hot)).among(batch.map(({ message }) => message));
      }
      handled.push(...keys);
      parked.push(...batch.filter(({ event }) => !event).map(({ message }) => keyOf(message)));
    },
    parkAlone: async (message) => void parked.push(keyOf(message)),
  };
  const decode = (message: ConsumedMessage) =>
    message.value === SKIPPED ? undefined : ({ message, event: {} } as DecodedMessage);
  const policy = new FailurePolicy({ isReachable: () => Promise.resolve(false) });
  const recovery = new BatchRecovery(transactions as ConsumeBatch, { decode } as EventDispatcher, policy);
  return { recovery, transactions, handled, parked, waits };
}

const messages = Array.from({ length: 200 }, (_, n): ConsumedMessage => {
  return {
    topic: 't',
    partition: 0,
    offset: String(n),
    timestamp: '0',
    key: Buffer.from(String(n)),
    value: null,
    headers: {},
  };
});

const keys = messages.map(({ key }) => String(key));
afterEach(() => void jest.restoreAllMocks());

describe('a partition that fails', () => {
  const [first] = messages as [ConsumedMessage];
  const unavailable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  it('is no longer reported once another replica has it', async () => {
    const { recovery, transactions } = recoveryOf(() => false);
    transactions.execute = () => Promise.reject(unavailable);
    expect(await recovery.consume([first, { ...first, partition: 1 }])).toEqual([unavailable, unavailable]);
    expect(recovery.failures.problems.map((problem) => problem.split(' ')[0])).toEqual(['t[0]', 't[1]']);
    recovery.failures.keepOnly(new Set(['t[1]']));
    expect(recovery.failures.problems.map((problem) => problem.split(' ')[0])).toEqual(['t[1]']);
  });

  it('waits with a message that no handler takes, which cannot be the poison message', async () => {
    const { recovery, transactions, parked } = recoveryOf(() => false);
    const bug = new Error('the positions cannot be moved');
    transactions.execute = () => Promise.reject(bug);
    const skipped = { ...first, offset: '1', value: SKIPPED };
    expect(await recovery.consume([skipped])).toEqual([bug]);
    expect(await recovery.consume([first, skipped])).toEqual([undefined, bug]); // the first of them can be it
    expect(parked).toEqual(['0']);
  });

  it('alone waits if its poison message cannot be parked, and reports why', async () => {
    const { recovery, transactions, handled } = recoveryOf(() => false);
    const { execute } = transactions;
    const full = new Error('no room');
    transactions.execute = (batch, options) =>
      batch.some(({ message }) => message === first) ? Promise.reject(new TypeError('bug')) : execute(batch, options);
    transactions.parkAlone = () => Promise.reject(full);
    const other = { ...first, partition: 1, key: Buffer.from('other') };
    expect(await recovery.consume([first, other, messages[1] as ConsumedMessage])).toEqual([full, undefined, full]);
    expect(handled).toEqual(['other']);
    expect(recovery.failures.problems).toEqual(['t[0] is stuck, tried 1 times: no room']);
  });
});

describe('a batch that takes too long for the server', () => {
  it('is handled in smaller ones, however long the failure took', async () => {
    const { recovery, transactions, handled } = recoveryOf(() => false);
    const { execute } = transactions;
    const clock = jest.spyOn(Date, 'now');
    transactions.execute = (batch, options) => {
      if (batch.length <= 20) return execute(batch, options);
      const now = Date.now() + 6_000;
      clock.mockImplementation(() => now);
      return Promise.reject(new Locked('canceling statement due to statement timeout'));
    };
    await recovery.consume(messages);
    expect(handled.length).toBeGreaterThan(20);
    expect(handled).toEqual(messages.slice(0, handled.length).map(({ key }) => String(key)));
  });
});

describe('rows that others have locked', () => {
  it.each([
    [1, 1],
    [3, 1],
    [50, 4],
  ])('hold up only those that want them, every %i. message, with %i waits for each at most', async (every, most) => {
    const isHot = (key: string) => Number(key) % every === 0;
    const { recovery, handled, parked, waits } = recoveryOf(isHot);
    expect(await recovery.consume(messages)).toEqual(messages.map(() => undefined));
    expect(handled).toEqual(keys.filter((key) => !isHot(key)));
    expect(parked).toEqual(keys.filter(isHot));
    expect(waits.length).toBeLessThanOrEqual(2 + most * parked.length);
    expect(waits).toEqual(waits.map((_, n) => n > 0)); // only the first waits with patience
  });

  it('are searched for at most three seconds; the rest of the batch is delivered again, and handled', async () => {
    const { recovery, transactions, handled, parked, waits } = recoveryOf((key) => Number(key) < 10);
    let now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const { execute } = transactions;
    transactions.execute = (batch, options) =>
      execute(batch, options).catch((error: unknown) => {
        now += 500; // as long as the short lock timeout
        throw error;
      });
    const outcome = await recovery.consume(messages);
    expect(parked.length).toBeGreaterThan(0);
    expect(outcome.map((failure) => failure === undefined)).toEqual(messages.map((_, n) => n < parked.length));
    expect(waits.length).toBeLessThanOrEqual(2 + 7); // with patience, all together, and then those that stand alone
    const rest = messages.filter((_, n) => outcome[n]);
    expect(await recovery.consume(rest)).toEqual(rest.map(() => undefined));
    expect(parked).toEqual(keys.slice(0, 10));
    expect(handled).toEqual(keys.slice(10));
  });

  it('are waited for twice if the handler names the messages that need them', async () => {
    const isHot = (key: string) => Number(key) % 3 === 0;
    const { recovery, handled, parked, waits } = recoveryOf(isHot, { says: true });
    expect(await recovery.consume(messages)).toEqual(messages.map(() => undefined));
    expect(handled).toEqual(keys.filter((key) => !isHot(key)));
    expect(parked).toEqual(keys.filter(isHot));
    expect(waits).toEqual([false, true]);
  });
});
