import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { readBatch } from '../src/consume/read-batch.js';
import type { Retrier } from '../src/consume/retries/retrier.js';
import type { DecodedMessage } from '../src/envelope/cloud-event.js';
import { PermanentError, TypeNotHandled } from '../src/envelope/message-errors.js';
import type { ConsumedMessage, OutgoingMessage } from '../src/envelope/message.js';
import { MESSAGING_MIGRATIONS } from '../src/migrations.js';
import { ParkedMessagesRepository } from '../src/parking/messages/parked-messages.repository.js';
import { createConsumer, override, PARKING } from './consumer.js';

export const GROUP = 'shop';
const TOPIC = 'events';

let test: TestDatabase;
let nextOffset = 0;
const retriers: Retrier[] = [];
/** Texts of messages whose handler fails after its effect. */
export const broken = new Set<string>();
/** The copies of dead letters that are committed. */
export const copies: OutgoingMessage[] = [];

/** Gives each test of a file an empty database, and stops its replicas. Call it at the top of the file. */
export function useReplicas(): void {
  beforeAll(async () => {
    test = await createTestDatabase(MESSAGING_MIGRATIONS);
    await test.database.query('CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL)');
  });
  beforeEach(async () => {
    await test.database.query(
      'TRUNCATE effects, inbox, consumer_positions, parked_sequences, parked_messages, parked_attempts, kill_switch',
    );
    broken.clear();
    [copies.length, retriers.length, nextOffset] = [0, 0, 0];
  });
  afterEach(() => Promise.all(retriers.map((retrier) => retrier.onApplicationShutdown())));
  afterAll(() => test.drop());
}

export const query: Database['query'] = (...args) => test.database.query(...args);
/** Another replica's access to the database. */
export const connect = () => test.connect();
export const database = () => test.database;

export type Replica = ReturnType<typeof replica>;

/** @param positions whether positions move; otherwise messages may arrive in any order */
export function replica(
  own: Database = test.database,
  { maxParked = 1_000, keys = 1_000, failingKeys = 1_000, positions = false } = {},
) {
  const killSwitch = { ...PARKING.killSwitch, keys, failingKeys };
  const parts = createConsumer({ group: GROUP, database: own, copies, parking: { ...PARKING, maxParked, killSwitch } });
  parts.events.distinguish(TOPIC, ['SAID']);
  override(parts.dispatcher, handling);
  if (!positions) Object.assign(parts.positions, { load: async () => undefined, move: async () => undefined });
  retriers.push(parts.retrier);
  const execute = async (messages: readonly ConsumedMessage[], options?: { hasShortLockTimeout: boolean }) =>
    parts.consumeBatch.execute(await readBatch(messages, parts.dispatcher), options);
  /** Consumes the whole batch, or each message alone if that fails; parks the messages that fail alone. */
  const consume = async (...messages: ConsumedMessage[]) => {
    try {
      await execute(messages);
    } catch {
      for (const message of messages) {
        await execute([message]).catch(async (error: Error) => {
          if ((await parts.policy.kindOf(error)) === 'unavailable') throw error;
          await parts.consumeBatch.parkAlone(message, error);
        });
      }
    }
  };
  /** @param handleAgain replaces the dispatcher's */
  const retry = (handleAgain?: (tx: Transaction, messages: readonly ConsumedMessage[]) => Promise<void>) => {
    if (handleAgain) override(parts.dispatcher, { ...handling, handleAgain });
    parts.retrier.onApplicationBootstrap();
  };
  return { ...parts, execute, consume, retry };
}

/** A handler whose effect is a row. A message whose text is in {@link broken} fails after its effect. */
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

export const handleAgain = async (tx: Transaction, messages: readonly ConsumedMessage[]) => {
  const decoded = messages.map((message) => {
    const each = handling.decode(message);
    if (!each) throw new TypeNotHandled('no handler takes it');
    return each;
  });
  await handling.dispatch(tx, decoded);
};

export function message(key: string | null, value: string, headers: ConsumedMessage['headers'] = {}): ConsumedMessage {
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

export const head = (key: string) =>
  test.database.transaction((tx) =>
    new ParkedMessagesRepository(GROUP).head(tx, { topic: TOPIC, sequence: Buffer.from(`k${key}`) }),
  );
/** The texts of a key's parked messages, in order. */
export const statusesOf = async (key: string) =>
  (
    await test.database.query<{ status: string }>(
      'SELECT status FROM parked_messages WHERE key = $1 ORDER BY position',
      [Buffer.from(key)],
    )
  ).map(({ status }) => status);
export const effects = async () =>
  (await test.database.query<{ what: string }>('SELECT what FROM effects ORDER BY n')).map(({ what }) => what);
/** A line for each parked message, in order: text, status and attempts. */
export const parked = async () =>
  (
    await test.database.query<{ line: string }>(
      `SELECT convert_from(value, 'UTF8') || ' ' || status || ' ' || attempts AS line FROM parked_messages ORDER BY position`,
    )
  ).map(({ line }) => line);
