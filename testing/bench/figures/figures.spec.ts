import { describe, expect, it } from '@jest/globals';
import { OrderLog } from '../driver/order-log.ts';
import { backlogFiguresOf, figuresOf } from './figures.ts';

const ORDER = { customerId: 'c', items: [], totalAmount: 1 };

/** Three orders, one of them refused. */
function run() {
  const log = new OrderLog([ORDER, ORDER, ORDER]);
  log.sentAt.set([1_000, 1_100, 1_200]);
  log.acceptedAt.set([1_010, 1_130, 1_250]);
  log.orderIds = ['a', 'b', undefined];
  log.accepted = 2;
  log.refused.set(503, 1);
  const decisions = new Map([
    ['a', { at: 1_500, type: 'INVENTORY_RESERVED' }],
    ['b', { at: 1_400, type: 'INVENTORY_INSUFFICIENT' }],
  ]);
  return {
    ...{ log, decisions, settled: { notifiedAt: 2_000, settledAt: 3_000 } },
    ...{ cpuMs: { kafka: 4, 'order-service': 2 }, driverMs: 1, othersShare: 0.1, peakMb: { 'order-service': 200 } },
    ...{ statements: 8, waits: 6, walBytes: 2_000, kafkaRequests: { 'in all': 10, Produce: 4 } },
  };
}

describe('the figures of a run', () => {
  it('are rates from the first order on', () => {
    const rates = { 'drained/s': 1, 'accepted/s': 2_000 / 130, 'decided/s': 4, 'notified/s': 2 };
    expect(figuresOf(run())).toMatchObject(rates);
  });

  it('are latencies of accepted orders from their send time on', () => {
    expect(figuresOf(run())).toMatchObject({ 'accept p50 ms': 10, 'accept p99 ms': 30, 'decision p99.9 ms': 500 });
  });

  it('are costs of an accepted order', () => {
    const costs = { 'CPU ms/order': 3, 'CPU ms/order kafka': 2, 'SQL statements/order': 4, 'WAL bytes/order': 1_000 };
    expect(figuresOf(run())).toMatchObject(costs);
    expect(figuresOf(run())).toMatchObject({ 'Kafka requests/order Produce': 2, 'peak MB order-service': 200 });
  });

  it('are the rate of a backlog between its first and its last decision', () => {
    expect(backlogFiguresOf(run())).toMatchObject({ 'backlog events/s': 10, 'CPU ms/order': 3 });
  });

  it('name the share of refused orders where there are any', () => {
    expect(figuresOf(run())).toMatchObject({ 'refused share': 1 / 3 });
    expect(figuresOf({ ...run(), log: Object.assign(run().log, { refused: new Map() }) })).not.toHaveProperty(
      'refused share',
    );
  });
});
