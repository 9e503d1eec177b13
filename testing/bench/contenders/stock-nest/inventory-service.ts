import { Controller, Inject, Module } from '@nestjs/common';
import { ClientKafka, Ctx, EventPattern, Payload } from '@nestjs/microservices';
import pg from 'pg';
import { headersOf, publish, type Order } from './events.ts';
import { ReadyController } from './ready.controller.ts';
import { database, publisher, PUBLISHER, run } from './run.ts';

const DEDUPLICATE = 'INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING';
const LOCK =
  'SELECT item_id, on_hand - reserved AS available FROM items WHERE item_id = ANY ($1) ORDER BY item_id FOR UPDATE';
const RESERVE = `
  UPDATE items SET reserved = reserved + taken.quantity
  FROM unnest($1::text[], $2::integer[]) AS taken (item_id, quantity) WHERE items.item_id = taken.item_id`;

@Controller()
class InventoryController {
  @Inject(pg.Pool) private readonly pool!: pg.Pool;
  @Inject(PUBLISHER) private readonly client!: ClientKafka;

  @EventPattern('order-events')
  async reserve(@Payload() order: Order, @Ctx() context: unknown) {
    const { ce_id } = headersOf(context);
    const type = await this.inTransaction(async (tx) => {
      const { rowCount } = await tx.query(DEDUPLICATE, [ce_id]);
      return rowCount === 0 ? undefined : decide(tx, order);
    });
    if (type) await publish(this.client, 'inventory-events', type, order);
  }

  private async inTransaction<T>(work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
    const tx = await this.pool.connect();
    try {
      await tx.query('BEGIN');
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      await tx.query('ROLLBACK');
      throw error;
    } finally {
      tx.release();
    }
  }
}

async function decide(tx: pg.PoolClient, { items }: Order) {
  const itemIds = items.map(({ itemId }) => itemId);
  const { rows } = await tx.query<{ item_id: string; available: number }>(LOCK, [itemIds]);
  const available = new Map(rows.map((item) => [item.item_id, item.available]));
  if (items.some(({ itemId, quantity }) => quantity > (available.get(itemId) ?? 0))) return 'INVENTORY_INSUFFICIENT';
  await tx.query(RESERVE, [itemIds, items.map(({ quantity }) => quantity)]);
  return 'INVENTORY_RESERVED';
}

@Module({ imports: [publisher], controllers: [ReadyController, InventoryController], providers: [database] })
class InventoryModule {}

await run(InventoryModule, 'inventory-service');
