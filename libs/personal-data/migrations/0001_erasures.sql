-- Customers whose data is erased, and what takes the place of their ids.
CREATE TABLE erasures (
  erasure_id   uuid        PRIMARY KEY,   -- version 7
  customer_id  text,                      -- null once Kafka can deliver no event from before the erasure
  pseudonym    text        NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  begins_after xid8,                      -- the transactions that may not know of it are older
  step         integer     NOT NULL DEFAULT 0,
  after        text        NOT NULL DEFAULT '',   -- how far the step is
  erased       jsonb       NOT NULL DEFAULT '{}', -- rows by table
  finished_at  timestamptz
);

CREATE INDEX erasures_of_customer ON erasures (customer_id, requested_at);
CREATE UNIQUE INDEX erasures_running ON erasures (customer_id) WHERE finished_at IS NULL;
CREATE INDEX erasures_to_repeat ON erasures (requested_at) WHERE finished_at IS NOT NULL AND customer_id IS NOT NULL;
