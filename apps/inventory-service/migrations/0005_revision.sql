-- Rises with each change of what clients write about an item (its name and threshold), not with its stock: its entity tag.
ALTER TABLE items ADD COLUMN revision integer NOT NULL DEFAULT 1;
