-- Since when an order has its status, by the clock of the database, which all replicas share. Null if its status is from before this
-- migration; such an order counts from its creation.
ALTER TABLE orders ADD COLUMN status_since timestamptz;
ALTER TABLE orders ALTER COLUMN status_since SET DEFAULT now();
