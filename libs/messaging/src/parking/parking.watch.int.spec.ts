import { describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { ParkedMessagesRepository } from './messages/parked-messages.repository.js';
import { ParkingWatch } from './parking.watch.js';
import { database, GROUP, message, query, replica, useReplicas } from '../../test/replicas.js';

useReplicas();

describe('ParkingWatch', () => {
  it('counts parked messages by status, up to the limit', async () => {
    const { consume } = replica();
    await consume(message('a', 'bad'), message('a', 'a2'), message('a', 'a3'), message('b', 'bad too'));
    const metrics = new Metrics();
    const watch = new ParkingWatch(database(), new ParkedMessagesRepository(GROUP), { maxParked: 2 }, metrics);
    expect(await sample(metrics, 'parked_messages{status="OPEN"}')).toBe(0);
    await watch.look();
    expect(await sample(metrics, 'parked_messages{status="OPEN"}')).toBe(2);
    expect(await sample(metrics, 'parked_messages{status="BLOCKED"}')).toBe(2);
    expect(await sample(metrics, 'parked_messages{status="DISCARDED"}')).toBe(0);
    await query("UPDATE parked_messages SET status = 'BLOCKED'");
    await watch.look();
    expect(await sample(metrics, 'parked_messages{status="BLOCKED"}')).toBe(2); // of four
  });
});
