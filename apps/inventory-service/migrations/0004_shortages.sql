-- What an order was told when it was decided, so that it can be told again: what it was short of, and nothing (an empty list) where
-- it was held. Null where it was never decided, as its cancellation came first, and where a version before has decided it.
ALTER TABLE reservations ADD COLUMN shortages jsonb;   -- [{ itemId, requested, available }]

-- What was decided or changed in a time. The rows stand in the order of their creation, and most change in their block: a few
-- entries for millions of rows, which no insert or update has to wait for. Building it reads the table once and sorts nothing;
-- the table is locked as long.
CREATE INDEX reservations_by_time ON reservations USING brin (created_at, updated_at) WITH (autosummarize = on);
