import { Injectable, Logger } from '@nestjs/common';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { Outbox } from '@orderflow/messaging';
import { adjust, type Adjustment, fallenLow } from '../domain/stock-level.js';
import { lowStockEvent } from '../low-stock.event.js';
import { StockRepository } from '../stock.repository.js';
import type { Movement } from './movement.js';
import { MovementsRepository, type NewMovement } from './movements.repository.js';

export type AdjustStockOutcome =
  | { readonly kind: 'adjusted'; readonly movement: Movement }
  | Exclude<Adjustment, { kind: 'adjusted' }>
  | { readonly kind: 'not-found' };

/** Books pieces that arrive or leave without an order, such as a delivery, breakage or a stock-take. */
@Injectable()
export class AdjustStock {
  private readonly logger = new Logger('Stock');

  constructor(
    private readonly requests: IdempotentRequests,
    private readonly stock: StockRepository,
    private readonly movements: MovementsRepository,
    private readonly outbox: Outbox,
  ) {}

  execute(adjustment: NewMovement, request?: KeyedRequest): Promise<AdjustStockOutcome> {
    const { itemId, delta, reason } = adjustment;
    return this.requests.once(request, 'adjusted', async (tx): Promise<AdjustStockOutcome> => {
      const before = await this.stock.lock(tx, itemId);
      if (!before) return { kind: 'not-found' };
      const decision = adjust(before, delta);
      if (decision.kind !== 'adjusted') return decision;
      const movement = await this.movements.move(tx, adjustment);
      const low = fallenLow(before, decision.level);
      if (low) await this.outbox.add(tx, [lowStockEvent(low)]);
      tx.onCommit(() => this.logger.log('Stock adjusted', { itemId, delta, reason }));
      return { kind: 'adjusted', movement };
    });
  }
}
