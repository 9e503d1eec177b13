import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { checkDecidedMeanwhile } from '../../../tools/chaos/checks/decided-meanwhile.mjs';
import { checkRecordsLost } from '../../../tools/chaos/checks/records-lost.mjs';
import { checkSlowClients } from '../../../tools/chaos/checks/slow-clients.mjs';
import { drawPoison, makePoison, toSentPoison } from '../../../tools/chaos/faults/poison-kinds.mjs';
import { EXPENSIVE_KINDS, EXPENSIVE_NAMES } from '../../../tools/chaos/faults/expensive-kinds.mjs';
import { expensivePoison } from '../../../tools/chaos/faults/messages.mjs';

const LOCKED = { fault: 'outside-lock', details: { itemId: 'LOCKED', durationMs: 60_000 }, from: 100_000, to: 160_000 };

function evidenceOf(acceptedAt: number, decidedAt: number | undefined, { itemId = 'OTHER', faults = [LOCKED] } = {}) {
  const history = [acceptedAt, ...(decidedAt === undefined ? [] : [decidedAt])];
  const order = { orderId: 'o', history: history.map((at) => ({ status: 'X', at: new Date(at).toISOString() })) };
  const booked = { orderId: 'o', acceptedAt, plan: { body: { items: [{ itemId, quantity: 1 }] } } };
  return { book: { orders: [booked] }, orders: new Map([['o', order]]), faults } as never;
}

describe('checkDecidedMeanwhile', () => {
  it('names an order of another item that is decided only when the lock is gone, or never', () => {
    expect(checkDecidedMeanwhile(evidenceOf(110_000, 161_000))).toMatchObject([
      { check: 'decided-meanwhile', orderId: 'o' },
    ]);
    expect(checkDecidedMeanwhile(evidenceOf(110_000, undefined))).toHaveLength(1);
  });

  it('judges what is left of a lock that has begun soon after another fault, until the next one', () => {
    const before = { ...LOCKED, fault: 'kill-postgres', from: 85_000, to: 85_000 };
    const after = { ...LOCKED, fault: 'kill-postgres', from: 155_000, to: 156_000 };
    const faults = [before, LOCKED, after];
    expect(checkDecidedMeanwhile(evidenceOf(120_000, 156_000, { faults }))).toHaveLength(1);
    expect(checkDecidedMeanwhile(evidenceOf(120_000, 154_000, { faults }))).toEqual([]);
    expect(checkDecidedMeanwhile(evidenceOf(145_000, 157_000, { faults }))).toEqual([]);
  });

  it.each<[string, Parameters<typeof evidenceOf>]>([
    ['an order that is decided while the lock is held', [110_000, 150_000]],
    ['an order of the locked item', [110_000, 161_000, { itemId: 'LOCKED' }]],
    ['an order that came shortly before the end', [150_000, 161_000]],
    [
      'a time in which something else had failed',
      [110_000, 161_000, { faults: [LOCKED, { ...LOCKED, fault: 'kill-postgres', from: 90_000, to: 95_000 }] }],
    ],
  ])('lets pass %s', (_what, given) => {
    expect(checkDecidedMeanwhile(evidenceOf(...given))).toEqual([]);
  });
});

describe('checkRecordsLost', () => {
  const noticed = { lost: 3, isDegraded: true, counted: 3, refused: [] };
  const check = (details: object) =>
    checkRecordsLost({
      faults: [{ fault: 'delete-records', details: { partition: 0, ...noticed, ...details } }],
    } as never).map(({ what }) => what);

  it.each([
    ['of which no replica says so at /health', { isDegraded: false }, 'no replica is degraded'],
    ['that the metric does not count all of', { counted: 2 }, 'lost records not counted'],
    ['that nobody can publish again', { refused: ['/orders/republish: 404'] }, 'events not published again'],
  ])('names records that were deleted unread, and %s', (_what, details, named) => {
    expect(check(details)).toEqual([named]);
  });

  it('lets pass what operators are shown and have published again, and where nothing was lost', () => {
    expect([...check({}), ...check({ lost: 0, isDegraded: false, counted: 0 })]).toEqual([]);
  });
});

describe('checkSlowClients', () => {
  const check = (unfinished: number) =>
    checkSlowClients({ faults: [{ fault: 'slow-clients', details: { victims: ['r'], unfinished } }] } as never);

  it('names requests that never ended and were kept, and lets pass none', () => {
    expect(check(1)).toMatchObject([{ check: 'slow-clients' }]);
    expect(check(0)).toEqual([]);
  });
});

describe('expensive poison', () => {
  /** A megabyte is what a broker takes as a dead letter too; consumers read up to 256 KiB. */
  const sizes = { large: 1_000_000, read: 256 * 1024 - 1 };
  const kindsOf = (size: keyof typeof sizes) =>
    EXPENSIVE_NAMES[size].map((kind) => [kind, sizes[size]] as [string, number]);

  it.each([...kindsOf('large'), ...kindsOf('read')])('of kind %s has %i bytes of JSON', (kind, bytes) => {
    const { value, headers } = makePoison({ kind, number: 'n' });
    expect(Buffer.byteLength(value ?? '')).toBe(bytes);
    expect(() => JSON.parse(String(value)) as unknown).not.toThrow();
    const sent = toSentPoison({ topic: 't', partition: 0, offset: 1, key: null, value: null, headers });
    expect(sent.groups).toHaveLength(2);
  });

  it.each([0, 0.5, 0.999])('is at least five messages of each size, whatever is drawn (%d)', (drawn) => {
    const { messages } = expensivePoison.draw(() => drawn, { replicas: 1, brokers: 1 });
    for (const names of Object.values(EXPENSIVE_NAMES)) {
      const ofSize = messages.filter(({ kind }: { kind: string }) => names.includes(kind));
      expect(ofSize.length).toBeGreaterThanOrEqual(5);
    }
  });

  it('is drawn only where it is asked for', () => {
    const ordinary = Array.from({ length: 200 }, (_, index) => drawPoison(() => index / 200).kind);
    expect(ordinary.filter((kind) => kind in EXPENSIVE_KINDS)).toEqual([]);
  });
});

describe('a skewed clock', () => {
  it.each([-7_200_000, 7_200_000])('is %i ms off, and reads given dates as they are', (skewMs) => {
    const preload = new URL('../../../tools/chaos/system/skewed-clock.mjs', import.meta.url).href;
    const print =
      'console.log(JSON.stringify([Date.now(), +new Date(), +new Date(5), new Date(0).toISOString(), new Date(2026, 0).getMonth()]))';
    const before = Date.now();
    const env = { ...process.env, CHAOS_CLOCK_SKEW_MS: String(skewMs) };
    const output = execFileSync(process.execPath, [`--import=${preload}`, '-e', print], { env, encoding: 'utf8' });
    const [now, made, ...given] = JSON.parse(output) as [number, number, ...unknown[]];
    for (const time of [now, made]) {
      expect(time - skewMs).toBeGreaterThanOrEqual(before);
      expect(time - skewMs).toBeLessThanOrEqual(Date.now());
    }
    expect(given).toEqual([5, '1970-01-01T00:00:00.000Z', 0]);
  });
});
