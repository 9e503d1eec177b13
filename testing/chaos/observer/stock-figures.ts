import type { Databases } from './database.ts';

export interface StockFigures {
  itemId: string;
  onHand: number;
  reserved: number;
  moved: number;
  held: number;
}

const FIGURES = `
  SELECT i.item_id AS "itemId", i.on_hand AS "onHand", i.reserved,
         coalesce(m.moved, 0)::int AS moved, coalesce(h.held, 0)::int AS held
  FROM items i
  LEFT JOIN (SELECT item_id, sum(delta) AS moved FROM movements GROUP BY 1) m USING (item_id)
  LEFT JOIN (SELECT line->>'itemId' AS item_id, sum((line->>'quantity')::int) AS held
             FROM reservations, jsonb_array_elements(coalesce(remaining, items)) AS line WHERE status = 'HELD' GROUP BY 1) h USING (item_id)`;

/** One statement reads one moment, so figures that do not add up are a real violation. */
export const readStockFigures = (databases: Databases): Promise<StockFigures[]> =>
  databases.query('inventory-service', FIGURES);
