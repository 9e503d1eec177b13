-- What the order was short of when it was decided, so that the reply can be published again; an empty list if it was reserved.
-- Null if it was never decided, because its cancellation arrived first, or if an earlier version decided it.
ALTER TABLE reservations ADD COLUMN shortages jsonb;   -- [{ itemId, requested, available }]

-- Finds the rows that were decided or changed in a period. Rows are stored in the order of their creation, and most updates stay
-- in their block, so a BRIN index needs few entries for millions of rows and costs inserts and updates next to nothing. Building
-- it reads the table once, and locks the table meanwhile.
CREATE INDEX reservations_by_time ON reservations USING brin (created_at, updated_at) WITH (autosummarize = on);
