import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BatchHandler } from './batch-handler.js';
import type { EventDispatcher } from './event-dispatcher.js';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import type { ConsumedMessage } from '../envelope/message.js';
import { PartitionPositions } from './partition-positions.js';
import { testMetrics } from '../testing/test-kafka.js';
import type { BatchRun, UnitOfWork } from './unit-of-work.js';

class Locked extends Error {}

/**
 * Every message is read, and those whose key is `hot` want what others have locked.
 * @param says whether its handler finds out which ones they are, unless it waits long
 */
function handlerOf(hot: (key: string) => boolean, { says = false } = {}) {
  const handled: string[] = [];
  const aside: string[] = [];
  const waits: boolean[] = [];
  const keyOf = ({ key }: ConsumedMessage) => String(key);
  const unitOfWork: UnitOfWork = {
    run: async ({ messages, impatient }: BatchRun) => {
      const keys = messages.filter(({ event }) => event).map(({ message }) => keyOf(message));
      if (keys.some(hot)) {
        waits.push(impatient);
        if (!says || !impatient) throw new Locked('canceling statement due to lock timeout');
        throw new LockedByOthers('it', keys.filter(hot)).among(messages.map(({ message }) => message));
      }
      handled.push(...keys);
      aside.push(...messages.filter(({ event }) => !event).map(({ message }) => keyOf(message)));
    },
    setAside: async (message) => void aside.push(keyOf(message)),
    isOwnFault: () => true,
    isContention: (error) => error instanceof Locked || error instanceof LockedByOthers,
    positions: async () => new Map(),
  };
  const dispatcher = {
    decode: (message: ConsumedMessage) => ({ message, event: {} }),
    dispatch: async () => undefined,
    countSkipped: () => undefined,
  } as unknown as EventDispatcher;
  const handler = new BatchHandler({
    unitOfWork,
    dispatcher,
    metrics: testMetrics().metrics,
    positions: new PartitionPositions(unitOfWork),
    onProgress: () => undefined,
    onPositionLost: () => undefined,
  });
  return { handler, unitOfWork, handled, aside, waits };
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
  it('is forgotten when it is another replica that has it', async () => {
    const { handler, unitOfWork } = handlerOf(() => false);
    unitOfWork.run = () => Promise.reject(new Error('the database is away'));
    unitOfWork.isOwnFault = () => false;
    const [first] = messages as [ConsumedMessage];
    await handler.handle([first, { ...first, partition: 1 }]);
    expect([...handler.failures.keys()]).toEqual(['t[0]', 't[1]']);
    handler.keepOnly(new Set(['t[1]']));
    expect([...handler.failures.keys()]).toEqual(['t[1]']);
  });
});

describe('a batch that takes too long for the server', () => {
  it('is handled in smaller ones, however long it took to find that out', async () => {
    const { handler, unitOfWork, handled } = handlerOf(() => false);
    const { run } = unitOfWork;
    const clock = jest.spyOn(Date, 'now');
    unitOfWork.run = (batch) => {
      if (batch.messages.length <= 20) return run(batch);
      const now = Date.now() + 6_000;
      clock.mockImplementation(() => now);
      return Promise.reject(new Locked('canceling statement due to statement timeout'));
    };
    await handler.handle(messages);
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
    const { handler, handled, aside, waits } = handlerOf(isHot);
    expect(await handler.handle(messages)).toEqual(messages.map(() => true));
    expect(handled).toEqual(keys.filter((key) => !isHot(key)));
    expect(aside).toEqual(keys.filter(isHot));
    expect(waits.length).toBeLessThanOrEqual(2 + most * aside.length);
    expect(waits).toEqual(waits.map((_, n) => n > 0)); // only the first waits with patience
  });

  it('are looked for within three seconds; what is left then comes again, and is handled', async () => {
    const { handler, unitOfWork, handled, aside, waits } = handlerOf((key) => Number(key) < 10);
    let now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const { run } = unitOfWork;
    unitOfWork.run = (batch) =>
      run(batch).catch((error: unknown) => {
        now += 500; // as long as an impatient transaction waits
        throw error;
      });
    const outcome = await handler.handle(messages);
    expect(aside.length).toBeGreaterThan(0);
    expect(outcome).toEqual(messages.map((_, n) => n < aside.length));
    expect(waits.length).toBeLessThanOrEqual(2 + 7); // with patience, all together, and then those that stand alone
    const rest = messages.filter((_, n) => !outcome[n]);
    expect(await handler.handle(rest)).toEqual(rest.map(() => true));
    expect(aside).toEqual(keys.slice(0, 10));
    expect(handled).toEqual(keys.slice(10));
  });

  it('are waited for twice, where the handler says who wants them', async () => {
    const isHot = (key: string) => Number(key) % 3 === 0;
    const { handler, handled, aside, waits } = handlerOf(isHot, { says: true });
    expect(await handler.handle(messages)).toEqual(messages.map(() => true));
    expect(handled).toEqual(keys.filter((key) => !isHot(key)));
    expect(aside).toEqual(keys.filter(isHot));
    expect(waits).toEqual([false, true]);
  });
});
