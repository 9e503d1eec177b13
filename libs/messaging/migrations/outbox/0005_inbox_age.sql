-- Once old rows are deleted their blocks are used again, and a block range then holds rows of every age: the purge read the whole
-- table. Locks the table for as long as the index takes.
DROP INDEX inbox_age;
CREATE INDEX inbox_age ON inbox (handled_at);
