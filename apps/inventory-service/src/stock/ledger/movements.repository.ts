import { Injectable } from '@nestjs/common';
import { Database, pageOfIndex, type Transaction } from '@orderflow/postgres';
import type { Movement } from './movement.js';

export interface NewMovement extends Pick<Movement, 'itemId' | 'delta' | 'reason'> {
  /** Null if callers are not authenticated. */
  readonly actor: string | null;
}

type MovementRow = Omit<Movement, 'actor' | 'orderId'> & Record<'actor' | 'orderId', string | null>;

const COLUMNS = `movement_id AS "movementId", item_id AS "itemId", delta, reason, actor, order_id AS "orderId", created_at AS "createdAt"`;

/** The ledger: every change of `onHand`, whose sum is the item's `onHand`. */
@Injectable()
export class MovementsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a movement of an item that this transaction has inserted. */
  async open(tx: Transaction, { itemId, delta, reason, actor }: NewMovement): Promise<void> {
    const statement = 'INSERT INTO movements (item_id, delta, reason, actor) VALUES ($1, $2, $3, $4)';
    await tx.query(statement, [itemId, delta, reason, actor]);
  }

  /** Changes the `onHand` of an item that this transaction has locked. */
  async move(tx: Transaction, { itemId, delta, reason, actor }: NewMovement): Promise<Movement> {
    const [row] = await tx.query<MovementRow & object>(
      `WITH moved AS (UPDATE items SET on_hand = on_hand + $2, updated_at = now() WHERE item_id = $1)
       INSERT INTO movements (item_id, delta, reason, actor) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
      [itemId, delta, reason, actor],
    );
    return toMovement(row as MovementRow);
  }

  /** Newest first. @param before the last movement of the previous page */
  async list(itemId: string, { before, limit }: { before: string | null; limit: number }): Promise<Movement[]> {
    const { sql, parameters } = pageOfIndex({
      table: 'movements',
      select: COLUMNS,
      leading: { item_id: [itemId] },
      key: 'movement_id',
      keyType: 'bigint',
      order: 'DESC',
      below: before,
      limit,
    });
    const rows = await this.database.query<MovementRow & object>(sql, parameters);
    return rows.map(toMovement);
  }
}

function toMovement({ actor, orderId, ...movement }: MovementRow): Movement {
  return { ...movement, ...(actor !== null && { actor }), ...(orderId !== null && { orderId }) };
}
