import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsumedMessage } from '../../envelope/message.js';
import type { Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { eventKey } from './event-key.js';
import { Inbox } from './inbox.js';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';

let test: TestDatabase;
let inbox: Replica;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  await test.database.query('CREATE TABLE effects (event_id text NOT NULL)');
});
beforeEach(async () => {
  await test.database.query('TRUNCATE effects, inbox');
  inbox = replica('shop');
});
afterAll(() => test.drop());

type Work = (tx: Transaction, fresh: readonly ConsumedMessage[]) => Promise<void>;

interface Replica {
  run(messages: readonly ConsumedMessage[], work: Work): Promise<void>;
}

function replica(group: string, database = test.database): Replica {
  const claims = new Inbox(group);
  return {
    run: (messages, work) => database.transaction(async (tx) => work(tx, [...(await claims.claim(tx, messages))])),
  };
}

function message(id: string | undefined, offset = '0'): ConsumedMessage {
  const headers = id === undefined ? {} : { ce_id: Buffer.from(id), ce_source: Buffer.from('/test') };
  return { topic: 'events', partition: 0, offset, timestamp: '0', key: null, value: null, headers };
}

const takeEffect = async (tx: Transaction, fresh: readonly ConsumedMessage[]) => {
  for (const { headers, offset } of fresh)
    await tx.query('INSERT INTO effects VALUES ($1)', [headers['ce_id']?.toString() ?? offset]);
};

const effects = async () =>
  (await test.database.query<{ event_id: string }>('SELECT event_id FROM effects ORDER BY ctid')).map(
    ({ event_id }) => event_id,
  );

describe('Inbox', () => {
  it('lets each event take effect once, even if it is delivered many times', async () => {
    await inbox.run([message('a'), message('b')], takeEffect);
    await inbox.run([message('b'), message('c'), message('a')], takeEffect);
    expect(await effects()).toEqual(['a', 'b', 'c']);
  });

  it('claims an event that is twice in a batch once, in the order of its first occurrence', async () => {
    await inbox.run([message('z'), message('a'), message('z')], takeEffect);
    expect(await effects()).toEqual(['z', 'a']);
  });

  it('identifies an event without an id by its place in Kafka', async () => {
    await inbox.run([message(undefined, '7')], takeEffect);
    await inbox.run([message(undefined, '7'), message(undefined, '8')], takeEffect);
    expect(await effects()).toEqual(['7', '8']);
  });

  it('does not keep an event whose effect was rolled back', async () => {
    const failing = inbox.run([message('a')], async (tx, fresh) => {
      await takeEffect(tx, fresh);
      throw new Error('after the effect');
    });
    await expect(failing).rejects.toThrow('after the effect');
    await inbox.run([message('a')], takeEffect);
    expect(await effects()).toEqual(['a']);
  });

  it('prevents a second effect by the late batch of a zombie', async () => {
    const zombie = replica('shop', await test.connect());
    let arrived = () => {};
    const claimed = new Promise<void>((resolve) => (arrived = resolve));
    let release = () => {};
    const frozen = new Promise<void>((resolve) => (release = resolve));
    const late = zombie.run([message('a')], async (tx, fresh) => {
      await takeEffect(tx, fresh);
      arrived();
      await frozen;
    });
    await claimed;
    const successor = inbox.run([message('a')], takeEffect); // waits for the zombie's transaction
    release();
    await Promise.all([late, successor]);
    expect(await effects()).toEqual(['a']);
  });

  it('is separate for each group', async () => {
    await inbox.run([message('a')], takeEffect);
    await replica('warehouse').run([message('a')], takeEffect);
    expect(await effects()).toEqual(['a', 'a']);
  });

  it('knows the events that were claimed before its keys were narrow', async () => {
    const ids = [
      'id-1',
      'ü',
      randomUUID(),
      '01997B6E-52A0-7C3D-8F00-0123456789AB',
      '01997b6e-52a0-8c3d-8f00-0123456789ab',
    ];
    const migration = new URL('../../../migrations/messaging/0002_narrow_inbox.sql', import.meta.url);
    const keys = await test.database.transaction(async (tx) => {
      await tx.query('CREATE SCHEMA before');
      await tx.query('SET LOCAL search_path = before');
      await tx.query(`CREATE TABLE inbox (consumer_group text NOT NULL, source text NOT NULL, event_id text NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer_group, source, event_id))`);
      await tx.query(
        `INSERT INTO inbox (consumer_group, source, event_id) SELECT 'shop', '/test', unnest($1::text[])`,
        [ids],
      );
      await tx.query(readFileSync(migration, 'utf8'));
      return tx.query<{ event_key: string }>('SELECT event_key FROM inbox');
    });
    const expected = ids.map((id) => eventKey('shop', { source: '/test', id }));
    expect(keys.map(({ event_key }) => event_key).toSorted()).toEqual(expected.toSorted());
  });
});
