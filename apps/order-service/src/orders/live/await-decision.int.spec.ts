import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ANYONE } from '@orderflow/auth';
import type { PreferredWait } from '@orderflow/http';
import { IdempotentRequests } from '@orderflow/idempotency';
import type { Outbox } from '@orderflow/messaging';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { type Database, Listener, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@orderflow/postgres/testing';
import { ApplyInventoryReplies } from '../apply-inventory-replies.js';
import { CloseOrder } from '../close-order.js';
import type { Order } from '../domain/order.js';
import type { InventoryReply } from '../domain/order-status.js';
import { IdempotencyKeysRepository } from '../idempotency/idempotency-keys.repository.js';
import { OrdersMetrics } from '../orders.metrics.js';
import { OrdersRepository } from '../orders.repository.js';
import { PlaceOrder } from '../place-order.js';
import { AwaitDecision } from './await-decision.js';
import { type OrderChange, OrderChanges } from './order-changes.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../../migrations', import.meta.url) };
const MAX_WAITING = 600;
const RESERVED: InventoryReply = { kind: 'reserved' };

let test: TestDatabase;
let other: Database;
let here: Replica;
let there: Replica;
/** Orders that a transaction already has when it writes to the outbox. */
let ordersBeforeEvents: number;

/** A replica, whose outbox only gives the transaction an id. */
class Replica {
  readonly metrics = new Metrics();
  readonly seen: OrderChange[] = [];
  readonly orders: OrdersRepository;
  readonly awaitDecision: AwaitDecision;
  readonly changes: OrderChanges;
  private readonly listener: Listener;
  private readonly placeOrder: PlaceOrder;
  private readonly closeOrder: CloseOrder;
  private readonly applyReplies: ApplyInventoryReplies;

  constructor(private readonly database: Database) {
    const outbox = { add: countOrders } as unknown as Outbox;
    const ordersMetrics = new OrdersMetrics(this.metrics);
    this.orders = new OrdersRepository(database);
    this.placeOrder = new PlaceOrder(
      database,
      this.orders,
      new IdempotencyKeysRepository(database),
      outbox,
      ordersMetrics,
    );
    this.closeOrder = new CloseOrder(new IdempotentRequests(database), this.orders, outbox, ordersMetrics);
    this.applyReplies = new ApplyInventoryReplies(this.orders, ordersMetrics);
    this.listener = new Listener({ url: test.url, applicationName: 'live' });
    this.changes = new OrderChanges(database, this.listener);
    this.changes.follow({ onChanges: (some) => this.seen.push(...some), onGap: () => undefined });
    this.awaitDecision = new AwaitDecision(this.changes, this.orders, this.metrics, {
      maxWaiting: MAX_WAITING,
      maxStreams: 0,
    });
    this.listener.onApplicationBootstrap();
    this.changes.onApplicationBootstrap();
  }

  async place(): Promise<Order> {
    const request = { customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 1 };
    const outcome = await this.placeOrder.execute(request);
    if (outcome.kind !== 'placed') throw new Error(outcome.kind);
    return outcome.order;
  }

  decide(orders: readonly Order[], reply = RESERVED): Promise<void> {
    const replies = orders.map(({ orderId }) => ({ orderId, reply }));
    return this.database.transaction((tx) => this.applyReplies.execute(tx, replies));
  }

  cancel = ({ orderId }: Order) =>
    this.closeOrder.execute(orderId, { kind: 'cancelled', reason: 'Changed my mind' }, ANYONE);

  waiting = () => sample(this.metrics, 'order_decision_waiting_requests');

  async stop(): Promise<void> {
    this.awaitDecision.beforeApplicationShutdown();
    await this.changes.onApplicationShutdown();
    await this.listener.onApplicationShutdown();
  }
}

async function countOrders(tx: Transaction): Promise<void> {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n, pg_current_xact_id() FROM orders');
  ordersBeforeEvents = row?.n ?? Number.NaN;
}

/** A client that prefers to wait. */
class Client {
  isApplied = false;
  hangUp = () => {};
  private readonly self = this as unknown as PreferredWait;

  constructor(
    readonly seconds = 3_600,
    readonly caller = ANYONE,
  ) {}

  wait = (replica: Replica, order: Order) => replica.awaitDecision.execute(order, this.self);

  begin(onHangUp: () => void): { end(): void } {
    this.hangUp = onHangUp;
    return { end: () => undefined };
  }

  closeConnection(): void {}

  apply(): void {
    this.isApplied = true;
  }
}

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
  other = await test.connect();
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders, order_changes, order_changes_listening');
  [here, there] = [new Replica(test.database), new Replica(other)];
});
afterEach(() => Promise.all([here.stop(), there.stop()]));
afterAll(() => test.drop());

describe('a request that waits for the decision of an order', () => {
  it('gets the order as soon as another replica has decided it', async () => {
    const [first, second] = [await here.place(), await here.place()];
    const [one, two] = [new Client(), new Client()];
    const responses = [one.wait(here, first), two.wait(here, second)];
    await there.decide([first]);
    await there.decide([second], { kind: 'insufficient', shortages: [] });
    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual(['CONFIRMED', 'REJECTED']);
    expect([one.isApplied, two.isApplied, await here.waiting()]).toEqual([true, true, 0]);
  });

  it('is one of many, which all get theirs', async () => {
    const orders = await Promise.all(Array.from({ length: 250 }, () => here.place()));
    const responses = [here, there].flatMap((replica) => orders.map((order) => new Client().wait(replica, order)));
    await eventually(async () => (await here.waiting()) === 250 && (await there.waiting()) === 250);
    for (let from = 0; from < 250; from += 50) await there.decide(orders.slice(from, from + 50));
    expect(new Set((await Promise.all(responses)).map(({ status }) => status))).toEqual(new Set(['CONFIRMED']));
  });

  it('gets an order that a client cancels', async () => {
    const order = await here.place();
    const response = new Client().wait(here, order);
    await there.cancel(order);
    expect(await response).toMatchObject({ status: 'CANCELLED', history: [{}, { reason: 'Changed my mind' }] });
  });

  it('does not miss a decision that was committed after the order was read', async () => {
    const [warm, order] = [await here.place(), await here.place()];
    const keepsListening = new Client().wait(here, warm);
    await here.changes.caughtUp();
    await there.decide([order]);
    await eventually(() => here.seen.length > 0);
    expect(await new Client().wait(here, order)).toMatchObject({ status: 'CONFIRMED' });
    await there.decide([warm]);
    await keepsListening;
  });

  it('gets the order as it stands when its time is over', async () => {
    const order = await here.place();
    const client = new Client(0.05);
    expect(await client.wait(here, order)).toEqual(order);
    expect([client.isApplied, await here.waiting()]).toEqual([true, 0]);
  });

  it('does not wait for an order that is decided', async () => {
    const order = await here.place();
    await there.decide([order]);
    const client = new Client();
    const decided = (await here.orders.find(order.orderId)) as Order;
    expect((await client.wait(here, decided)).status).toBe('CONFIRMED');
    expect(client.isApplied).toBe(true);
  });

  it('frees its place when its client hangs up', async () => {
    const [order, client] = [await here.place(), new Client()];
    const response = client.wait(here, order);
    await eventually(async () => (await here.waiting()) === 1);
    client.hangUp();
    await response;
    expect([client.isApplied, await here.waiting()]).toEqual([false, 0]);
  });

  it.each([
    ['', MAX_WAITING, ANYONE],
    [' of its customer', MAX_WAITING / 10, { ...ANYONE, customerId: 'CUST-1' }],
  ])('gets the order at once if too many%s wait, and does not learn that it has waited', async (_, most, caller) => {
    const order = await here.place();
    const waiting = Array.from({ length: most }, () => new Client(3_600, caller).wait(here, order));
    const client = new Client(3_600, caller);
    expect([await client.wait(here, order), client.isApplied]).toEqual([order, false]);
    await there.decide([order]);
    await Promise.all(waiting);
  });

  it('gets the order as it stands when the service shuts down, and so does one that comes later', async () => {
    const [order, client, late] = [await here.place(), new Client(), new Client()];
    const response = client.wait(here, order);
    here.awaitDecision.beforeApplicationShutdown();
    expect([await response, await late.wait(here, order)]).toEqual([order, order]);
    expect([client.isApplied, late.isApplied]).toEqual([false, false]);
  });

  it('gets what is known if the database cannot be read', async () => {
    const [order, client] = [await here.place(), new Client(0.05)];
    await test.database.query('ALTER TABLE orders RENAME TO gone');
    expect([await client.wait(here, order), client.isApplied]).toEqual([order, false]);
    await test.database.query('ALTER TABLE gone RENAME TO orders');
  });
});

describe('the changes of orders', () => {
  it('are recorded as the history has them, in a transaction that has an id before', async () => {
    const stop = here.changes.use();
    await here.changes.caughtUp();
    const [rejected, cancelled] = [await there.place(), await there.place()];
    expect(ordersBeforeEvents).toBe(1); // the first order, not the second one itself
    const shortages = [{ itemId: 'ITEM-001', requested: 2, available: 1 }];
    await there.decide([rejected], { kind: 'insufficient', shortages });
    await there.cancel(cancelled);
    await here.changes.caughtUp();
    const orders = await Promise.all([rejected, cancelled].map(({ orderId }) => here.orders.find(orderId)));
    const histories = orders.flatMap((order) =>
      (order?.history ?? []).map(({ at, ...change }) => {
        const { orderId, customerId } = order as Order;
        return { orderId, customerId, at: at.toISOString(), ...change };
      }),
    );
    expect(here.seen).toHaveLength(4);
    expect(here.seen).toEqual(expect.arrayContaining(histories));
    expect(histories[1]).toMatchObject({ status: 'REJECTED', shortages });
    stop();
  });

  it('are not recorded while nobody waits', async () => {
    await there.decide([await here.place()]);
    expect(await test.database.query('SELECT FROM order_changes')).toEqual([]);
  });
});
