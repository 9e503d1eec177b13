-- A reservation keeps the last state of its order. RELEASED, DEDUCTED and REJECTED are final. CANCELLED means that the
-- cancellation arrived before the order itself, which is still to come.
ALTER TABLE reservations DROP CONSTRAINT reservations_status_check;
ALTER TABLE reservations ADD CONSTRAINT reservations_status_check
  CHECK (status IN ('HELD', 'RELEASED', 'DEDUCTED', 'REJECTED', 'CANCELLED'));

ALTER TABLE reservations ADD COLUMN updated_at timestamptz;
UPDATE reservations SET updated_at = created_at;
ALTER TABLE reservations ALTER COLUMN updated_at SET DEFAULT now(), ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE reservations SET (fillfactor = 80);   -- most rows are updated once, when their order is closed
