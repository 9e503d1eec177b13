CREATE TABLE orders (
  order_id     uuid PRIMARY KEY,   -- version 7: its order is the order of arrival
  customer_id  text           NOT NULL,
  items        jsonb          NOT NULL,
  total_amount numeric(19, 4) NOT NULL CHECK (total_amount >= 0),
  currency     text,
  status       text           NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'REJECTED')),
  history      jsonb          NOT NULL,   -- [{ status, at, reason? }], oldest first
  created_at   timestamptz    NOT NULL
);

CREATE INDEX orders_of_customer ON orders (customer_id, order_id);
CREATE INDEX orders_of_status ON orders (status, order_id);
