-- Who booked it: the subject of the token; null for an order, and if callers are not authenticated.
ALTER TABLE movements ADD COLUMN actor text;
