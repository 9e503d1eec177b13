import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { GroupCommit } from '@orderflow/concurrency';
import { canonicalJson } from '@orderflow/idempotency';
import { because, type Cause, causedBy, causeOf } from '@orderflow/observability';
import { Outbox, OutboxFull } from '@orderflow/messaging';
import { Database, isContention, isDatabaseUnavailable } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { asPlaced, createOrder, type Order, type OrderRequest } from './domain/order.js';
import type { Actor } from './domain/order-status.js';
import {
  IdempotencyKeysRepository,
  type KeyedRequest,
  type KeyUse,
} from './idempotency/idempotency-keys.repository.js';
import { orderCreatedEvent } from './order-events.js';
import { timeOf } from './order-id.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';

export type PlaceOrderOutcome =
  | { readonly kind: 'placed'; readonly order: Order }
  /** The same request was accepted before; `order` is what its response contained. */
  | { readonly kind: 'repeated'; readonly order: Order }
  /** A different request has used this key. */
  | { readonly kind: 'key-reused' }
  /** A request with this key is being processed. */
  | { readonly kind: 'in-flight' };

interface Placement {
  readonly order: Order;
  /** Set if the client may repeat the request. */
  readonly keyed?: KeyedRequest;
  /** The request's trace, which the shared commit would otherwise lose. */
  readonly cause?: Cause;
}

const MAX_WAITING = 2_000;
/** Under load, fewer and larger transactions cost less. */
const PACE = { leastMs: 5, mostMs: 40 };

/** Accepts orders. Concurrent requests share a transaction (group commit); each returns after the commit. */
@Injectable()
export class PlaceOrder {
  private readonly logger = new Logger('Orders');
  private readonly intake = new GroupCommit<Placement, PlaceOrderOutcome>((placements) => this.commit(placements), {
    maxItems: 250,
    maxWaiting: MAX_WAITING,
    pace: PACE,
    mayBePoison: (error) => !isDatabaseUnavailable(error) && !isContention(error) && !(error instanceof OutboxFull),
  });
  private readonly repeats = new GroupCommit<KeyedRequest, KeyUse>((requests) => this.keys.find(requests), {
    maxItems: 250,
    maxWaiting: MAX_WAITING,
  });
  /** Keys that are in the intake, so that no batch contains one twice. */
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly keys: IdempotencyKeysRepository,
    private readonly outbox: Outbox,
    private readonly metrics: OrdersMetrics,
  ) {}

  /**
   * @param idempotencyKey requests with the same key create one order within 24 hours of the first that was committed
   * @param by who places it, if callers are authenticated
   * @throws {QueueFull} when too many orders are waiting; nothing of this one is stored then
   */
  async execute(request: OrderRequest, idempotencyKey?: string, by?: Actor): Promise<PlaceOrderOutcome> {
    const order = newOrder(request, by);
    const cause = causeOf(order.orderId);
    if (idempotencyKey === undefined) return this.submit({ order, cause });
    const requestHash = createHash('sha256').update(canonicalJson(request)).digest();
    const keyed = { key: idempotencyKey, requestHash, orderId: order.orderId };
    if (this.inFlight.has(idempotencyKey)) return this.repeat(order, keyed);
    this.inFlight.add(idempotencyKey);
    try {
      return await this.submit({ order, keyed, cause });
    } finally {
      this.inFlight.delete(idempotencyKey);
    }
  }

  private async submit(placement: Placement): Promise<PlaceOrderOutcome> {
    const [outcome] = await this.intake.submit([placement]);
    return outcome as PlaceOrderOutcome;
  }

  /** Looks the key up at once, without waiting for the request that is being processed with it. */
  private async repeat(order: Order, keyed: KeyedRequest): Promise<PlaceOrderOutcome> {
    const [use] = await this.repeats.submit([keyed]);
    return outcomeOf(order, use);
  }

  private commit(placements: readonly Placement[]): Promise<PlaceOrderOutcome[]> {
    const causes = new Map(placements.map(({ order, cause = {} }) => [order.orderId, cause]));
    return causedBy(causes, () => this.store(placements));
  }

  private store(placements: readonly Placement[]): Promise<PlaceOrderOutcome[]> {
    return this.database.transaction(async (tx) => {
      const uses = await this.keys.claim(
        tx,
        placements.flatMap(({ keyed }) => keyed ?? []),
      );
      const outcomes = placements.map(({ order, keyed }) => outcomeOf(order, keyed && uses.get(keyed.key)));
      const orders = outcomes.flatMap((outcome) => (outcome.kind === 'placed' ? [outcome.order] : []));
      await this.outbox.add(tx, orders.map(orderCreatedEvent));
      this.orders.insert(tx, orders);
      tx.onCommit(() => this.metrics.countPlaced(orders.length));
      tx.onCommit(() => orders.forEach((order) => this.log(order)));
      return outcomes;
    });
  }

  private log({ orderId, customerId }: Order): void {
    this.logger.log('Order placed', { orderId, customerId, ...because(orderId) });
  }
}

function newOrder(request: OrderRequest, by: Actor | undefined): Order {
  const orderId = uuidv7();
  return createOrder(request, { orderId, at: timeOf(orderId), by });
}

/** @param use of the request's idempotency key; undefined if it has none */
function outcomeOf(order: Order, use: KeyUse | undefined): PlaceOrderOutcome {
  switch (use?.kind) {
    case undefined:
    case 'claimed':
      return { kind: 'placed', order };
    case 'same':
      return { kind: 'repeated', order: asPlaced(use.order) };
    case 'different':
      return { kind: 'key-reused' };
    case 'in-flight':
      return { kind: 'in-flight' };
  }
}
