CREATE TABLE items (
  item_id             text COLLATE "C" PRIMARY KEY,
  name                text        NOT NULL,
  on_hand             integer     NOT NULL CHECK (on_hand >= 0),
  reserved            integer     NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  low_stock_threshold integer     NOT NULL CHECK (low_stock_threshold >= 0),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  CHECK (reserved <= on_hand)   -- nothing is sold twice
) WITH (fillfactor = 50);       -- hot rows: leave room to update them in place

-- The ledger: every change of on_hand, so that on_hand = sum(delta).
CREATE TABLE movements (
  movement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item_id     text COLLATE "C" NOT NULL REFERENCES items,
  delta       integer     NOT NULL CHECK (delta <> 0),
  reason      text        NOT NULL,
  order_id    text COLLATE "C",
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX movements_of_item ON movements (item_id, movement_id);

-- The reservations of orders. The quantities of open ones (HELD) add up to items.reserved.
CREATE TABLE reservations (
  order_id    text COLLATE "C" PRIMARY KEY,
  customer_id text        NOT NULL,
  items       jsonb       NOT NULL,   -- [{ itemId, quantity }]
  status      text        NOT NULL CHECK (status IN ('HELD')),
  created_at  timestamptz NOT NULL DEFAULT now()
);
