import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IDEMPOTENCY_MIGRATIONS, idempotencyErasureSteps, IdempotentRequests } from '@orderflow/idempotency';
import { MESSAGING_MIGRATIONS, messagingErasureSteps } from '@orderflow/messaging';
import { EraseCustomers, Erasures, PERSONAL_DATA_MIGRATIONS } from '@orderflow/personal-data';
import { columnsThatMention, createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { v7 as uuidv7 } from 'uuid';
import { closeOrder } from '../orders/domain/close-order.js';
import { createOrder, type Order, withChange } from '../orders/domain/order.js';
import { eventHistory } from '../orders/order-events.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { PERSONAL_DATA } from './personal-data.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../migrations', import.meta.url) };
const { members, steps } = PERSONAL_DATA;
const A_DAY_MS = 24 * 60 * 60 * 1_000;

let test: TestDatabase;
let orders: OrdersRepository;
let worker: EraseCustomers;

beforeAll(async () => {
  test = await createTestDatabase([
    ...MESSAGING_MIGRATIONS,
    IDEMPOTENCY_MIGRATIONS,
    PERSONAL_DATA_MIGRATIONS,
    MIGRATIONS,
  ]);
  orders = new OrdersRepository(test.database);
  const all = [...steps, ...messagingErasureSteps(members), ...idempotencyErasureSteps(members)];
  worker = new EraseCustomers(test.database, all, A_DAY_MS);
});
afterAll(async () => {
  await worker.onApplicationShutdown();
  await test.drop();
});

function newOrder(customerId: string, { cancelled = false } = {}): Order {
  const order = createOrder(
    { customerId, items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 1 },
    { orderId: uuidv7(), at: new Date() },
  );
  const closing = cancelled
    ? closeOrder(order, { kind: 'cancelled', reason: 'I am Anna Smith' }, { at: new Date() })
    : undefined;
  return closing?.kind === 'closed' ? withChange(order, closing.change) : order;
}

/** Stores orders, their unpublished events, and the outcome of a request for each. */
async function store(stored: readonly Order[]): Promise<void> {
  await test.database.transaction(async (tx) => {
    await tx.query('SELECT pg_current_xact_id()');
    orders.insert(tx, stored);
    for (const { key, data } of stored.flatMap(eventHistory)) {
      tx.pipeline(
        "INSERT INTO outbox (topic, key, headers, value, relay_after) VALUES ('order-events', $1, '{}', $2, now())",
        [Buffer.from(key), Buffer.from(JSON.stringify(data))],
      );
    }
  });
  const requests = new IdempotentRequests(test.database);
  for (const order of stored) {
    const keyed = { key: order.orderId, operation: 'POST /orders/:orderId/cancel', hash: () => Buffer.from('') };
    await requests.once(keyed, 'closed', async () => ({ kind: 'closed', order }));
  }
}

async function erase(customerId: string): Promise<string> {
  const erasures = new Erasures(test.database);
  const { erasureId, pseudonym } = await test.database.transaction((tx) => erasures.request(tx, customerId));
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    await worker.execute();
    if ((await erasures.find(erasureId))?.finishedAt) return pseudonym;
  }
  throw new Error('The erasure does not finish');
}

describe('the erasure of a customer', () => {
  it('leaves nothing of the customer in any table, except the id that the erasure keeps for late events', async () => {
    const others = newOrder('CUST-OTHER', { cancelled: true });
    await store([
      ...Array.from({ length: 600 }, () => newOrder('CUST-ERASED')),
      newOrder('CUST-ERASED', { cancelled: true }),
      others,
    ]);
    expect(await columnsThatMention(test.database, 'CUST-ERASED')).toEqual([
      'idempotent_requests.outcome',
      'orders.customer_id',
      'outbox.value',
    ]);
    const pseudonym = await erase('CUST-ERASED');
    expect(await columnsThatMention(test.database, 'CUST-ERASED')).toEqual(['erasures.customer_id']);
    const rows = await test.database.query('SELECT FROM orders WHERE customer_id = $1', [pseudonym]);
    expect(rows).toHaveLength(601);
    expect(await orders.find(others.orderId)).toEqual(others);
    const named = await test.database.query(
      "SELECT DISTINCT customer_id FROM orders WHERE history::text LIKE '%Anna%'",
    );
    expect(named).toEqual([{ customer_id: 'CUST-OTHER' }]);
  });

  it('keeps a cancelled order as it was, without the reason', async () => {
    const order = newOrder('CUST-1', { cancelled: true });
    await store([order]);
    const customerId = await erase('CUST-1');
    const history = order.history.map(({ reason, ...change }) => change);
    expect(await orders.find(order.orderId)).toEqual({ ...order, customerId, history });
  });
});
