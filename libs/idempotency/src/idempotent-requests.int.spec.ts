import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { IdempotentRequestsPurge } from './idempotent-requests.purge.js';
import { IdempotentRequests } from './idempotent-requests.js';
import type { KeyedRequest } from './keyed-request.js';
import { IDEMPOTENCY_MIGRATIONS } from './migrations.js';

type Booking = { readonly kind: 'booked'; readonly id: string; readonly at: Date } | { readonly kind: 'refused' };

let test: TestDatabase;
let database: Database;
let requests: IdempotentRequests;

beforeAll(async () => {
  test = await createTestDatabase([IDEMPOTENCY_MIGRATIONS]);
  database = test.database;
  requests = new IdempotentRequests(database);
  await database.query('CREATE TABLE bookings (id uuid PRIMARY KEY)');
});
beforeEach(() => database.query('TRUNCATE bookings, idempotent_requests'));
afterAll(() => test.drop());

const keyed = (key = 'k-1', content = 'a', operation = 'POST /bookings'): KeyedRequest => ({
  key,
  operation,
  hash: () => Buffer.from(content),
});
const book = async (tx: Transaction): Promise<Booking> => {
  const booking = { kind: 'booked', id: randomUUID(), at: new Date() } as const;
  await tx.query('INSERT INTO bookings VALUES ($1)', [booking.id]);
  return booking;
};
const refuse = async (): Promise<Booking> => ({ kind: 'refused' });
const once = (request: KeyedRequest | undefined, work = book, by = requests) => by.once(request, 'booked', work);
const countOf = async (table: string) => (await database.query(`SELECT FROM ${table}`)).length;
const refusal = (status: number) => expect.objectContaining({ status });

describe('once', () => {
  it('takes effect once, and gives each repetition the first outcome', async () => {
    const first = await once(keyed());
    expect(await once(keyed())).toEqual(first);
    expect(await once(keyed(), refuse)).toEqual(first);
    expect(await countOf('bookings')).toBe(1);
  });

  it('gives back texts as they were, those that look like dates too', async () => {
    const texts = ['2026-02-30T00:00:00.000Z', '2026-01-31T12:00:00.000Z', '2026-01-31T24:00:00.000Z'];
    const noting = async () => ({ kind: 'booked', id: texts.join(), at: new Date(), texts }) as unknown as Booking;
    const first = await once(keyed(), noting);
    expect(JSON.stringify(await once(keyed(), noting))).toBe(JSON.stringify(first));
  });

  it('takes effect each time without a key, with another key, and for another operation', async () => {
    for (const each of [undefined, undefined, keyed(), keyed('k-2'), keyed('k-1', 'a', 'POST /others')])
      await once(each);
    expect(await countOf('bookings')).toBe(5);
  });

  it('rejects the key of a different request', async () => {
    await once(keyed());
    await expect(once(keyed('k-1', 'b'))).rejects.toEqual(refusal(422));
    expect(await countOf('bookings')).toBe(1);
  });

  it('keeps neither a refusal nor what fails, so that the request can be tried again', async () => {
    expect(await once(keyed(), refuse)).toEqual({ kind: 'refused' });
    const failing = async (tx: Transaction) => {
      await book(tx);
      throw new Error('no');
    };
    await expect(once(keyed(), failing)).rejects.toThrow('no');
    expect([await countOf('bookings'), await countOf('idempotent_requests')]).toEqual([0, 0]);
    expect(await once(keyed('k-1', 'b'))).toMatchObject({ kind: 'booked' });
  });

  it('rejects a repetition while the first request is in flight, on any replica, and does not wait', async () => {
    const replica = new IdempotentRequests(await test.connect());
    const first = await once(keyed(), async (tx) => {
      await expect(once(keyed(), book, replica)).rejects.toEqual(refusal(409));
      await expect(once(keyed(), book, requests)).rejects.toEqual(refusal(409));
      return book(tx);
    });
    expect(await once(keyed(), book, replica)).toEqual(first);
  });

  it('takes effect once if many replicas get the request at the same time', async () => {
    const replicas = await Promise.all(
      Array.from({ length: 3 }, async () => new IdempotentRequests(await test.connect())),
    );
    const settled = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => once(keyed(), book, replicas[n % replicas.length])),
    );
    const booked = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(new Set(booked.map((each) => each.kind === 'booked' && each.id)).size).toBe(1);
    for (const each of refused) expect(each).toEqual(refusal(409));
    expect(await countOf('bookings')).toBe(1);
  });

  it('forgets a key after 24 hours, whether its row is still there or not', async () => {
    await once(keyed());
    await once(keyed('k-2'));
    await database.query("UPDATE idempotent_requests SET expires_at = now() WHERE key = 'k-1'");
    expect(await once(keyed('k-1', 'b'))).toMatchObject({ kind: 'booked' });
    await database.query("UPDATE idempotent_requests SET expires_at = now() WHERE key = 'k-1'");
    await new IdempotentRequestsPurge(database).execute();
    expect(await countOf('idempotent_requests')).toBe(1);
    const [row] = await database.query<{ hours: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM idempotent_requests',
    );
    expect(row?.hours).toBeCloseTo(24, 1);
  });
});

describe('afterwards', () => {
  it('keeps the result when the work is done, and none of work that fails', async () => {
    let runs = 0;
    const work = async () => ({ runs: ++runs, at: new Date() });
    const fail = () => requests.afterwards(keyed(), () => Promise.reject(new Error('no')));
    await expect(fail()).rejects.toThrow('no');
    const first = await requests.afterwards(keyed(), work);
    expect(await requests.afterwards(keyed(), work)).toEqual(first);
    expect(runs).toBe(1);
    await expect(requests.afterwards(keyed('k-1', 'b'), work)).rejects.toEqual(refusal(422));
    await requests.afterwards(undefined, work);
    expect(runs).toBe(2);
    const refused = () => requests.afterwards(keyed('k-3'), work, () => false);
    expect(await refused()).not.toEqual(await refused());
  });
});
