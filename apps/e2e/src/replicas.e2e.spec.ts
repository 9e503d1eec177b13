import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from './system/eventually.js';
import { SERVICES } from './system/system.js';
import { type Replica, WatchedSystem } from './system/watched-system.js';

let watched: WatchedSystem;

beforeAll(async () => {
  watched = await WatchedSystem.start({ replicas: 2, ordersPerSecond: 40 });
});
afterAll(() => watched.stop());

const firstOf = (service: string) => watched.system.of(service)[0] as Replica;

/** Waits until the replica is in its group. @returns its member id */
async function whenMember(replica: Replica): Promise<string> {
  let ids: string[] = [];
  await eventually(`${replica.name} is in its group`, async () => {
    ids = await watched.membershipsOf(replica);
    return ids.length === 1;
  });
  return ids[0] as string;
}

/** The broker's log lines about a member of a group. */
function brokerSays(memberId: string): string[] {
  const log = readFileSync(join(watched.system.log.folder, 'kafka-1.log'), 'utf8');
  return log.split('\n').filter((line) => line.includes(memberId));
}

describe('a replica that gets SIGTERM in the middle of work', () => {
  it.each(SERVICES)(
    'of %s exits with code 0, and has left its group by then, not by session timeout',
    async (service) => {
      const replica = firstOf(service);
      const memberId = await whenMember(replica);
      await watched.whenAccepted(60);
      await replica.stop();
      expect(await replica.group?.exited).toEqual({ code: 0, signal: null });
      expect(await watched.membershipsOf(replica)).toEqual([]);
      expect(brokerSays(memberId)).toContainEqual(
        expect.stringContaining('has left group through explicit `LeaveGroup`'),
      );
      await watched.whenAccepted(30);
    },
  );

  afterEach(async () => {
    const ended = SERVICES.map(firstOf).filter(({ isAlive }) => !isAlive);
    for (const replica of ended) replica.start();
    await watched.system.whenReady(ended);
  });
});

describe('a replica that is frozen in the middle of a transaction', () => {
  it('has left its group when it wakes up, and joins again', async () => {
    const zombie = firstOf('inventory-service');
    const memberId = await whenMember(zombie);
    const release = await holdUp(zombie);
    zombie.freeze();
    await release();
    await eventually('its session has timed out', async () => (await watched.membershipsOf(zombie)).length === 0);
    await watched.whenAccepted(60);
    zombie.thaw();
    expect(await whenMember(zombie)).not.toBe(memberId);
    await watched.system.whenReady([zombie]);
  });

  /** Locks the reservations, and waits until a transaction of the replica is blocked by that. */
  async function holdUp(replica: Replica): Promise<() => Promise<void>> {
    const release = await lockTable(replica.service, 'reservations');
    const waiting = `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`;
    await eventually(`${replica.name} is in a transaction`, async () => {
      return (await watched.databases.query(replica.service, waiting, [replica.name])).length > 0;
    });
    return release;
  }
});

describe('a migration that locks a whole table', () => {
  it('delays the events that need it, for longer than a batch waits, and nothing becomes a dead letter', async () => {
    const release = await lockTable('inventory-service', 'items');
    const waiting = "SELECT status FROM parked_messages WHERE error_code = 'SQLSTATE_55P03' LIMIT 1";
    const found = () => watched.databases.query('inventory-service', waiting, []);
    try {
      await eventually('events are parked until it ends', async () => (await found()).length > 0);
      expect(await found()).toEqual([{ status: 'RETRYING' }]);
    } finally {
      await release();
    }
    await watched.whenAccepted(30);
  });
});

/** Blocks readers and writers of a table, like a migration, until the returned function is called. */
async function lockTable(service: string, table: string): Promise<() => Promise<void>> {
  const rival = new pg.Client({ connectionString: watched.system.urlOfDatabase(service) });
  await rival.connect();
  await rival.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return async () => {
    await rival.query('ROLLBACK');
    await rival.end();
  };
}

describe('throughout', () => {
  it('nothing is lost, nothing is handled twice, and the events of each order stay in order', async () => {
    expect(await watched.violations()).toEqual([]);
  });
});
