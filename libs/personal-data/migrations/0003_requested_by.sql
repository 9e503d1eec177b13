-- Who has requested it: the subject of the operator's token; null if callers are not authenticated.
ALTER TABLE erasures ADD COLUMN requested_by text;
