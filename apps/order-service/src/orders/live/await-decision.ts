import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { GroupCommit } from '@orderflow/concurrency';
import { Places, type PreferredWait } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import type { Order } from '../domain/order.js';
import { OrdersRepository } from '../orders.repository.js';
import { LIVE_LIMITS, type LiveLimits } from './live-limits.js';
import { OrderChanges } from './order-changes.js';

/** Why a request waits no longer. */
type Outcome = 'decided' | 'timed out' | 'hung up' | 'shutting down';

type Settle = (outcome: Outcome) => void;

const MAX_BATCH = 250;

/** Lets requests wait until an order is decided, whichever replica decides it (`Prefer: wait=N`). */
@Injectable()
export class AwaitDecision implements BeforeApplicationShutdown {
  /** By the id of the order. */
  private readonly waiting = new Map<string, Set<Settle>>();
  private readonly reads = new GroupCommit<string, Order | undefined>((orderIds) => this.findAll(orderIds), {
    maxItems: MAX_BATCH,
    maxWaiting: Number.POSITIVE_INFINITY, // a few for each waiting request
  });
  private readonly places: Places;
  private isShuttingDown = false;

  constructor(
    private readonly changes: OrderChanges,
    private readonly orders: OrdersRepository,
    metrics: Metrics,
    @Inject(LIVE_LIMITS) { maxWaiting }: LiveLimits,
  ) {
    this.places = new Places(maxWaiting);
    changes.follow({
      onChanges: (some) => some.forEach((change) => isDecided(change) && this.settle(change.orderId, 'decided')),
      onGap: () => this.waiting.forEach((_, orderId) => void this.look(orderId)),
    });
    metrics.gauge(
      { name: 'order_decision_waiting_requests', help: 'Requests that wait for the decision of an order' },
      () => this.places.taken,
    );
  }

  /**
   * Returns the order as soon as it is decided, or as it stands after the time that the client prefers to wait; at once
   * without such a preference, or while too many wait, of this caller or of all. When the service shuts down, all get the order as it stands.
   * It never rejects: if the order can't be read again, it is returned as given.
   */
  async execute(order: Order, wait: PreferredWait | undefined): Promise<Order> {
    if (!wait) return order;
    if (isDecided(order) || wait.seconds === 0) {
      wait.apply();
      return order;
    }
    const giveBack = this.isShuttingDown ? undefined : this.places.take(wait.caller);
    if (!giveBack) return order;
    const outcome = await this.waitFor(order.orderId, wait).finally(giveBack);
    const latest = outcome === 'hung up' ? undefined : await this.read(order.orderId);
    if (outcome === 'shutting down') wait.closeConnection();
    else if (latest) wait.apply();
    return latest ?? order;
  }

  beforeApplicationShutdown(): void {
    this.isShuttingDown = true;
    for (const orderId of this.waiting.keys()) this.settle(orderId, 'shutting down');
  }

  private async waitFor(orderId: string, wait: PreferredWait): Promise<Outcome> {
    let settle: Settle = () => undefined;
    const settled = new Promise<Outcome>((resolve) => (settle = resolve));
    const leave = this.enter(orderId, settle);
    const stopUsing = this.changes.use();
    const timeout = setTimeout(() => settle('timed out'), wait.seconds * 1_000);
    const waiting = wait.begin(() => settle('hung up'));
    void this.look(orderId); // it may have been decided before this request was entered
    const outcome = await settled;
    waiting.end();
    clearTimeout(timeout);
    stopUsing();
    leave();
    return outcome;
  }

  private enter(orderId: string, settle: Settle): () => void {
    const waiting = this.waiting.get(orderId) ?? new Set();
    this.waiting.set(orderId, waiting.add(settle));
    return () => {
      waiting.delete(settle);
      if (waiting.size === 0) this.waiting.delete(orderId);
    };
  }

  private settle(orderId: string, outcome: Outcome): void {
    this.waiting.get(orderId)?.forEach((settle) => settle(outcome));
  }

  private async look(orderId: string): Promise<void> {
    const order = await this.read(orderId);
    if (order && isDecided(order)) this.settle(orderId, 'decided');
  }

  /** Undefined if the database can't be read. */
  private async read(orderId: string): Promise<Order | undefined> {
    const [order] = await this.reads.submit([orderId]).catch(() => []);
    return order;
  }

  private async findAll(orderIds: readonly string[]): Promise<(Order | undefined)[]> {
    const found = new Map((await this.orders.findAll(orderIds)).map((order) => [order.orderId, order]));
    return orderIds.map((orderId) => found.get(orderId));
  }
}

const isDecided = ({ status }: Pick<Order, 'status'>) => status !== 'PENDING';
