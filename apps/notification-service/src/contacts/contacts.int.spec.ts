import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@orderflow/postgres/testing';
import { newKey, TestContacts, wanted, WEBHOOK_URL } from '../testing/test-contacts.js';
import type { PutContactOutcome } from './put-contact.js';

const KEY = newKey();

let tests: TestContacts;
let replica: ReturnType<TestContacts['replica']>;
let customerId: string;

beforeAll(async () => {
  tests = await TestContacts.create();
});
beforeEach(() => {
  customerId = randomUUID();
  replica = tests.replica([KEY]);
});
afterAll(() => tests.test.drop());

const put = (contact = {}, precondition = {}, to = replica) =>
  to.putContact.execute(wanted(customerId, contact), precondition);
const secretIn = (outcome: PutContactOutcome) => ('webhookSecret' in outcome ? outcome.webhookSecret : undefined);
const revision = async () => (await replica.contacts.find(customerId))?.revision;
/** How many transactions of the test's database wait for a lock. */
const waiting = async () => {
  const [row] = await tests.test.database.query<{ waiting: number }>(
    'SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0',
  );
  return row?.waiting;
};

describe('a contact', () => {
  it('is created and replaced as a whole', async () => {
    expect(await put({ email: 'anna@example.com', events: ['ORDER_CREATED'], language: 'de' })).toMatchObject({
      kind: 'created',
      webhookSecret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    });
    expect(await put({ email: 'ben@example.com', webhook: null })).toMatchObject({
      kind: 'replaced',
      webhookSecret: null,
    });
    expect(await replica.contacts.find(customerId)).toEqual({
      customerId,
      email: 'ben@example.com',
      webhookUrl: null,
      webhookDisabledAt: null,
      webhookDisabledReason: null,
      events: null,
      language: 'en',
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      revision: expect.any(Number),
    });
  });

  it('is found in a batch, if the customer has one', async () => {
    await put({ email: 'anna@example.com', events: ['ORDER_CREATED'], language: 'de' });
    expect(await replica.ofCustomers('NOBODY', customerId, customerId)).toEqual([
      {
        customerId,
        email: 'anna@example.com',
        webhook: { url: WEBHOOK_URL, secrets: [expect.any(String)] },
        events: ['ORDER_CREATED'],
        language: 'de',
      },
    ]);
    expect(await replica.ofCustomers()).toEqual([]);
  });

  it('does not change while a transaction that has read it goes on', async () => {
    await put();
    let changed: Promise<unknown> | undefined;
    let hasChanged = false;
    await tests.test.database.transaction(async (tx) => {
      await replica.contacts.ofCustomers(tx, [customerId]);
      changed = put({ email: 'anna@example.com' }).then(() => (hasChanged = true));
      await eventually(async () => (await waiting()) === 1);
      expect(hasChanged).toBe(false);
      const [contact] = (await replica.contacts.ofCustomers(tx, [customerId])).values();
      expect(contact?.email).toBe(null);
    });
    await changed;
    expect(await replica.ofCustomers(customerId)).toMatchObject([{ email: 'anna@example.com' }]);
  });

  it('is created once by many clients at once; the others replace it', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => put({ email: `a${n}@example.com` })));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['created', ...Array(7).fill('replaced')]);
    expect(new Set(outcomes.map(secretIn)).size).toBe(1);
  });

  it('is removed, with its revision', async () => {
    await put();
    const first = await revision();
    expect(await replica.removeContact.execute(customerId)).toEqual({ kind: 'removed' });
    expect(await replica.removeContact.execute(customerId)).toEqual({ kind: 'not-found' });
    expect(await replica.ofCustomers(customerId)).toEqual([]);
    await put();
    expect(await revision()).not.toBe(first);
  });
});

describe('a precondition', () => {
  it('lets one of two clients win that have seen the same', async () => {
    await put();
    const ifMatch = [`"${await revision()}"`];
    const outcomes = await Promise.all([1, 2].map((n) => put({ email: `a${n}@example.com` }, { ifMatch })));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['outdated', 'replaced']);
    expect(await replica.removeContact.execute(customerId, ifMatch)).toMatchObject({ kind: 'outdated' });
    expect(await replica.removeContact.execute(customerId, [`"${await revision()}"`])).toEqual({ kind: 'removed' });
  });

  it('that a contact exists, or does not exist yet, is checked', async () => {
    expect(await put({}, { ifMatch: '*' })).toEqual({ kind: 'outdated', contact: undefined });
    expect(await put({}, { ifNew: true })).toMatchObject({ kind: 'created' });
    expect(await put({}, { ifNew: true })).toMatchObject({ kind: 'outdated', contact: { customerId } });
  });

  it('shows no secrets, but for the current one of an answer to a PUT', async () => {
    for (const outcome of [await put(), await put()])
      expect('contact' in outcome && Object.keys(outcome.contact ?? {}).filter((name) => /secret/i.test(name))).toEqual(
        [],
      );
  });

  it('holds as long as a PUT changes nothing', async () => {
    await put();
    const seen = await revision();
    await put();
    expect(await revision()).toBe(seen);
    await put({ language: 'de' });
    expect(await revision()).not.toBe(seen);
  });
});

describe('a channel that is not available', () => {
  it.each([
    ['a key', { isConfigured: false }, {}, 'set WEBHOOK_ENCRYPTION_KEY'],
    [
      'https',
      {},
      { webhook: { url: 'http://shop.example/', secret: undefined } },
      'WEBHOOK_ALLOW_PRIVATE_NETWORKS=true',
    ],
    ['a public address', {}, { webhook: { url: 'https://10.0.0.1/', secret: undefined } }, 'not a public address'],
  ])('refuses a webhook without %s', async (_, options, contact, reason) => {
    expect(await put(contact, {}, tests.replica([KEY], options))).toEqual({
      kind: 'unavailable',
      reason: expect.stringContaining(reason),
    });
    expect(await replica.contacts.find(customerId)).toBeUndefined();
  });

  it('refuses an e-mail address, but not a webhook', async () => {
    const without = tests.replica([KEY], {}, null);
    expect(await put({ email: 'anna@example.com' }, {}, without)).toEqual({
      kind: 'unavailable',
      reason: expect.stringContaining('set SMTP_URL'),
    });
    expect(await put({}, {}, without)).toMatchObject({ kind: 'created' });
  });

  it('lets private networks in if they are allowed', async () => {
    const webhook = { url: 'http://127.0.0.1:9000/', secret: undefined };
    expect(await put({ webhook }, {}, tests.replica([KEY], { allowPrivateNetworks: true }))).toMatchObject({
      kind: 'created',
    });
  });
});
