-- An order that is shipped in parts: how many, and what is left while the reservation is HELD; after that, what was cancelled instead
-- of shipped. An open reservation (HELD) holds coalesce(remaining, items).
ALTER TABLE reservations ADD COLUMN parts integer NOT NULL DEFAULT 0;
ALTER TABLE reservations ADD COLUMN remaining jsonb;   -- [{ itemId, quantity }]
