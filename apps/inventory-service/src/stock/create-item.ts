import { Injectable } from '@nestjs/common';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { MovementsRepository } from './ledger/movements.repository.js';
import type { StockItem } from './stock-item.js';
import { type NewItem, StockRepository } from './stock.repository.js';

export type CreateItemOutcome = { readonly kind: 'created'; readonly item: StockItem } | { readonly kind: 'exists' };

/** Adds an item to the catalogue. Its initial stock is its first movement. */
@Injectable()
export class CreateItem {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly stock: StockRepository,
    private readonly movements: MovementsRepository,
  ) {}

  execute(item: NewItem, actor: string | null, request?: KeyedRequest): Promise<CreateItemOutcome> {
    return this.requests.once(request, 'created', async (tx): Promise<CreateItemOutcome> => {
      const created = await this.stock.insert(tx, item);
      if (!created) return { kind: 'exists' };
      const { itemId, onHand } = item;
      if (onHand > 0) await this.movements.open(tx, { itemId, delta: onHand, reason: 'initial stock', actor });
      return { kind: 'created', item: created };
    });
  }
}
