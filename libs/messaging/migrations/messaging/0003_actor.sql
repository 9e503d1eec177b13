-- Who did it: the subject of the operator's token; null if callers are not authenticated.
ALTER TABLE dead_letter_audit ADD COLUMN actor text;
