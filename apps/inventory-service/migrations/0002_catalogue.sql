-- The initial catalogue of a new shop, so that the walk-through works at once.
WITH item (item_id, name, on_hand) AS (
  VALUES ('ITEM-001', 'Espresso cup', 60), ('ITEM-002', 'Milk jug', 80), ('ITEM-003', 'Coffee grinder', 25),
         ('ITEM-004', 'Filter paper, 100 pieces', 99), ('ITEM-005', 'Kettle', 40)
), added AS (
  INSERT INTO items (item_id, name, on_hand, low_stock_threshold)
  SELECT item_id, name, on_hand, 10 FROM item
  ON CONFLICT DO NOTHING
  RETURNING item_id, on_hand
)
INSERT INTO movements (item_id, delta, reason) SELECT item_id, on_hand, 'initial stock' FROM added;
