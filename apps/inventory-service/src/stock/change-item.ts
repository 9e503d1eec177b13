import { Injectable } from '@nestjs/common';
import { entityTagOf, type IfMatch, satisfies } from '@orderflow/http';
import { Outbox } from '@orderflow/messaging';
import { Database } from '@orderflow/postgres';
import { fallenLow } from './domain/stock-level.js';
import { lowStockEvent } from './low-stock.event.js';
import type { StockItem } from './stock-item.js';
import { StockRepository } from './stock.repository.js';

/** What is to be changed; the rest stays. */
export interface ItemChange {
  readonly name?: string | null | undefined;
  readonly lowStockThreshold?: number | null | undefined;
}

export type ChangeItemOutcome =
  | { readonly kind: 'changed'; readonly item: StockItem }
  /** Someone has changed the item since the client has seen it. */
  | { readonly kind: 'outdated'; readonly item: StockItem }
  | { readonly kind: 'not-found' };

/** Renames an item or sets its threshold. A threshold that is raised to the available stock or above makes it low. */
@Injectable()
export class ChangeItem {
  constructor(
    private readonly database: Database,
    private readonly stock: StockRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @param condition what the client has seen; without it, the last of two clients wins */
  execute(itemId: string, change: ItemChange, condition?: IfMatch): Promise<ChangeItemOutcome> {
    return this.database.transaction(async (tx): Promise<ChangeItemOutcome> => {
      const before = await this.stock.lock(tx, itemId);
      if (!before) return { kind: 'not-found' };
      if (!satisfies(entityTagOf(before.revision), condition)) return { kind: 'outdated', item: before };
      const name = change.name ?? before.name;
      const lowStockThreshold = change.lowStockThreshold ?? before.lowStockThreshold;
      if (name === before.name && lowStockThreshold === before.lowStockThreshold)
        return { kind: 'changed', item: before };
      const item = await this.stock.change(tx, { itemId, name, lowStockThreshold });
      const low = fallenLow(before, item);
      if (low) await this.outbox.add(tx, [lowStockEvent(low)]);
      return { kind: 'changed', item };
    });
  }
}
