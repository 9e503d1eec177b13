import { expect } from '@jest/globals';
import { IDEMPOTENCY_MIGRATIONS, IdempotentRequests } from '@orderflow/idempotency';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import { Metrics } from '@orderflow/observability';
import { Erasures, PERSONAL_DATA_MIGRATIONS } from '@orderflow/personal-data';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { ReservationsMetrics } from '../reservations/reservations.metrics.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { ReserveStock, type TimedOrderEvent } from '../reservations/reserve-stock.js';
import { ChangeItem } from '../stock/change-item.js';
import { AdjustStock } from '../stock/ledger/adjust-stock.js';
import { MovementsRepository } from '../stock/ledger/movements.repository.js';
import { StockRepository } from '../stock/stock.repository.js';

export const MIGRATIONS = { owner: 'inventory_service', folder: new URL('../../migrations', import.meta.url) };

export const event = (
  kind: 'created' | 'cancelled' | 'fulfilled',
  orderId: string,
  items: Record<string, number>,
): TimedOrderEvent => ({
  kind,
  orderId,
  customerId: 'CUST-1',
  items: Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity })),
  happenedAt: '2026-11-29T03:00:00Z',
});

export const created = (orderId: string, items: Record<string, number>): TimedOrderEvent =>
  event('created', orderId, items);

interface StockFigures {
  readonly on_hand: number;
  readonly reserved: number;
}

/** The use cases over a database of their own, with an outbox that collects what is published. */
export class TestStock {
  readonly reservations: ReservationsRepository;
  readonly stock: StockRepository;
  readonly movements: MovementsRepository;
  published: OutgoingEvent[] = [];
  metrics!: Metrics;
  reserveStock!: ReserveStock;
  adjustStock!: AdjustStock;
  changeItem!: ChangeItem;

  private constructor(readonly test: TestDatabase) {
    this.reservations = new ReservationsRepository(test.database);
    this.stock = new StockRepository(test.database);
    this.movements = new MovementsRepository(test.database);
  }

  static async create(): Promise<TestStock> {
    return new TestStock(await createTestDatabase([IDEMPOTENCY_MIGRATIONS, PERSONAL_DATA_MIGRATIONS, MIGRATIONS]));
  }

  /** 50 pieces of each item, no reservations, nothing published or counted. */
  async reset(): Promise<void> {
    const { database } = this.test;
    await database.query('DELETE FROM reservations');
    await database.query("DELETE FROM movements WHERE reason <> 'initial stock'");
    await database.query('UPDATE movements SET delta = 50');
    await database.query('UPDATE items SET on_hand = 50, reserved = 0, low_stock_threshold = 0');
    this.published = [];
    this.metrics = new Metrics();
    const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void this.published.push(...events);
    const outbox = { add } as unknown as Outbox;
    this.adjustStock = new AdjustStock(new IdempotentRequests(database), this.stock, this.movements, outbox);
    this.changeItem = new ChangeItem(database, this.stock, outbox);
    const metrics = new ReservationsMetrics(this.metrics);
    this.reserveStock = new ReserveStock(new Erasures(database), this.reservations, outbox, metrics);
  }

  handle(events: readonly TimedOrderEvent[], database: Database = this.test.database): Promise<void> {
    return database.transaction((tx) => this.reserveStock.execute(tx, events));
  }

  /** The published events, such as `o-1 INVENTORY_RESERVED`. */
  get summaries(): string[] {
    return this.published.map(({ key, type }) => `${key} ${type}`);
  }

  async item(itemId: string): Promise<StockFigures | undefined> {
    const [row] = await this.test.database.query<StockFigures & object>(
      'SELECT on_hand, reserved FROM items WHERE item_id = $1',
      [itemId],
    );
    return row;
  }

  /** Every item's figures must be what reservations and ledger add up to. */
  async assertBalanced(): Promise<void> {
    const items = await this.test.database.query<Record<'on_hand' | 'moved' | 'reserved' | 'held', number>>(
      `SELECT on_hand, (SELECT coalesce(sum(delta), 0)::int FROM movements m WHERE m.item_id = items.item_id) AS moved,
              reserved, (SELECT coalesce(sum((line ->> 'quantity')::int), 0)::int
                         FROM reservations r, jsonb_array_elements(coalesce(r.remaining, r.items)) line
                         WHERE line ->> 'itemId' = items.item_id AND status = 'HELD') AS held
       FROM items`,
    );
    for (const { on_hand, moved, reserved, held } of items) expect([on_hand, reserved]).toEqual([moved, held]);
  }
}
