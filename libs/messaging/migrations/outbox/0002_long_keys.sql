-- A key may be longer than an index takes; its hash is not.
DROP INDEX outbox_predecessors;
CREATE INDEX outbox_predecessors ON outbox (topic, md5(key), position);
