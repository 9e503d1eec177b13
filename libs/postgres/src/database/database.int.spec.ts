import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import {
  DatabaseNotReady,
  NoConnection,
  isContention,
  isDatabaseUnavailable,
  TransactionAborted,
} from '../transactions/database-errors.js';
import { Database } from './database.js';
import { migrate, type Migrations } from './migrate.js';

function migrationsOf(files: Record<string, string>): Migrations {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return { owner: 'shop', folder: pathToFileURL(`${folder}/`) };
}

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase([
    migrationsOf({ '0001_things.sql': 'CREATE TABLE things (name text PRIMARY KEY);' }),
  ]);
  database = test.database;
});
beforeEach(() => database.query('TRUNCATE things'));
afterAll(() => test.drop());

const names = async () =>
  (await database.query<{ name: string }>('SELECT name FROM things ORDER BY name')).map(({ name }) => name);

describe('Database.transaction', () => {
  it('commits everything, and then runs the commit actions', async () => {
    const committed: string[][] = [];
    await database.transaction(async (tx) => {
      tx.onCommit(() => committed.push(['committed']));
      await tx.query("INSERT INTO things VALUES ('a'), ('b')");
      expect(committed).toEqual([]);
    });
    expect(committed).toEqual([['committed']]);
    expect(await names()).toEqual(['a', 'b']);
  });

  it('runs a commit action in the context of whoever added it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await database.transaction(async (tx) => {
      storage.run('inside', () => tx.onCommit(() => seen.push(storage.getStore())));
    });
    expect(seen).toEqual(['inside']);
  });

  it('leaves no trace of a failed one, and rethrows the same error', async () => {
    const failure = new Error('a business rule failed');
    let committed = false;
    const attempt = database.transaction(async (tx) => {
      tx.onCommit(() => (committed = true));
      await tx.query("INSERT INTO things VALUES ('a')");
      throw failure;
    });
    await expect(attempt).rejects.toBe(failure);
    expect(committed).toBe(false);
    expect(await names()).toEqual([]);
  });

  it('continues with a new connection after the server has closed one', async () => {
    const ended = database.transaction((tx) => tx.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(isDatabaseUnavailable(await ended.catch((reason: unknown) => reason))).toBe(true);
    await expect(database.transaction((tx) => tx.query('SELECT 1 AS one'))).resolves.toEqual([{ one: 1 }]);
  });

  it('rejects if COMMIT rolled back, because the error of a statement was caught', async () => {
    let committed = false;
    const swallowed = database.transaction(async (tx) => {
      tx.onCommit(() => (committed = true));
      await tx.query("INSERT INTO things VALUES ('a')");
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(TransactionAborted);
    expect(committed).toBe(false);
    expect(await names()).toEqual([]);
  });

  it('treats a read-only server as unavailable, and reports that in its health', async () => {
    const health = new HealthRegistry();
    const name = new URL(test.url).pathname.slice(1);
    await database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`); // for connections from now on
    const standby = new Database(
      { url: test.url, poolSize: 2, applicationName: 'standby', migrations: [] },
      health,
      new Metrics(),
    );
    try {
      standby.onModuleInit();
      await standby.whenReady();
      const written = await standby.query("INSERT INTO things VALUES ('a')").catch((reason: unknown) => reason);
      expect(isDatabaseUnavailable(written)).toBe(true);
      expect(await standby.isReachable()).toBe(false);
      expect((await health.report()).checks['postgres']).toEqual({
        status: 'down',
        detail: 'read-only, perhaps a standby',
      });
    } finally {
      await standby.onApplicationShutdown();
      await database.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    }
  });

  it('waits for a lock as long as the options say', async () => {
    const other = await test.connect();
    await database.query("INSERT INTO things VALUES ('hot')");
    await database.transaction(async (tx) => {
      await tx.query("SELECT FROM things WHERE name = 'hot' FOR UPDATE");
      const rival = other.transaction(
        async (tx) => {
          const [row] = await tx.query<{ lock_timeout: string }>('SHOW lock_timeout');
          expect(row?.lock_timeout).toBe('50ms');
          await tx.query("SELECT FROM things WHERE name = 'hot' FOR UPDATE");
        },
        { lockTimeoutMs: 50 },
      );
      await expect(rival).rejects.toMatchObject({ code: '55P03' });
    });
    expect(await other.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '4s' }]);
  });

  it('distinguishes contention from an unavailable database', async () => {
    const other = await test.connect();
    await database.query("INSERT INTO things VALUES ('hot')");
    const blocked = database.transaction(async (tx) => {
      await tx.query("SELECT FROM things WHERE name = 'hot' FOR UPDATE");
      await other.transaction(async (rival) => {
        await rival.query("SET LOCAL lock_timeout = '50ms'");
        await rival.query("SELECT FROM things WHERE name = 'hot' FOR UPDATE");
      });
    });
    const error: unknown = await blocked.catch((reason: unknown) => reason);
    expect([isContention(error), isDatabaseUnavailable(error)]).toEqual([true, false]);
  });
});

describe('Database at start', () => {
  it('rejects work as unavailable while the server is unreachable, and keeps running', async () => {
    const health = new HealthRegistry();
    const unreachable = new Database(
      { url: 'postgres://u:p@127.0.0.1:1/none', poolSize: 2, applicationName: 'unreachable', migrations: [] },
      health,
      new Metrics(),
    );
    unreachable.onModuleInit();
    const error: unknown = await unreachable.transaction(async () => undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseNotReady);
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await health.report()).toMatchObject({ status: 'down', checks: { postgres: { status: 'down' } } });
    await unreachable.onApplicationShutdown();
  });
});

describe('a pool without connections', () => {
  it('rejects work that did not begin, as unavailable', async () => {
    const options = { url: test.url, poolSize: 1, applicationName: 'closed', migrations: [] };
    const database = new Database(options, new HealthRegistry(), new Metrics());
    database.onModuleInit();
    await database.whenReady();
    await database.onApplicationShutdown();
    let hasBegun = false;
    const error: unknown = await database
      .transaction(async () => void (hasBegun = true))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoConnection);
    expect([isDatabaseUnavailable(error), hasBegun]).toEqual([true, false]);
  });
});

describe('the metrics of Database', () => {
  it('measure its pool and its transactions', async () => {
    const metrics = new Metrics();
    const options = { url: test.url, poolSize: 1, applicationName: 'measured', migrations: [] };
    const database = new Database(options, new HealthRegistry(), metrics);
    database.onModuleInit();
    await database.whenReady();
    const pool = async () => [
      await sample(metrics, 'postgres_pool_connections'),
      await sample(metrics, 'postgres_pool_idle_connections'),
      await sample(metrics, 'postgres_pool_waiting_requests'),
    ];
    let waiting: Promise<unknown> | undefined;
    await database.transaction(async () => {
      waiting = database.query('SELECT 1');
      expect(await pool()).toEqual([1, 0, 1]);
    });
    await waiting;
    expect(await pool()).toEqual([1, 1, 0]);
    await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const ended = (result: string) =>
      sample(metrics, `postgres_transaction_duration_seconds_count{result="${result}"}`);
    expect([await ended('committed'), await ended('rolled_back')]).toEqual([1, 1]);
    await database.onApplicationShutdown();
  });
});

describe('migrate', () => {
  it('runs each migration once if many replicas start at the same moment', async () => {
    const migrations = [
      migrationsOf({
        '0001_a.sql': 'CREATE TABLE once (n int); INSERT INTO once VALUES (1);',
        '0002_b.sql': 'INSERT INTO once VALUES (2);',
      }),
    ];
    const own = await createTestDatabase();
    await Promise.all(Array.from({ length: 5 }, () => migrate({ url: own.url, migrations })));
    const rows = await own.database.query<{ n: number }>('SELECT n FROM once ORDER BY n');
    expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
    await own.drop();
  });

  it('leaves nothing of a failed set of migrations', async () => {
    const own = await createTestDatabase();
    const migrations = [migrationsOf({ '0001_a.sql': 'CREATE TABLE half (n int);', '0002_b.sql': 'SELECT nonsense;' })];
    await expect(migrate({ url: own.url, migrations })).rejects.toThrow('nonsense');
    expect(await own.database.query("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
    await own.drop();
  });
});

describe('a connection that breaks while it is handed over', () => {
  it('does not crash the process, though nothing else listens for its errors', async () => {
    const { pool } = database as unknown as { pool: EventEmitter };
    pool.once('acquire', (client: EventEmitter) =>
      client.once('removeListener', () => client.emit('error', new Error('last words'))),
    );
    await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });
});
