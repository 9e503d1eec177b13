-- An order of which a part has been shipped. The constraint is checked when the table is read once, which blocks writes meanwhile.
ALTER TABLE orders DROP CONSTRAINT orders_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_status_check
  CHECK (status IN ('PENDING', 'CONFIRMED', 'PARTIALLY_FULFILLED', 'REJECTED', 'CANCELLED', 'FULFILLED'));
