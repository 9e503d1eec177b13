-- How long an event has waited is what an operator wants to know of it.
ALTER TABLE outbox ADD COLUMN added_at timestamptz NOT NULL DEFAULT now();
