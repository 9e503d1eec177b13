-- How far the partitions of a topic are handled, stored with the effects: after a failover or a restore that has lost some, they
-- are handled again from here on, though Kafka's committed offset is ahead. It also keeps a late replica from moving them.
CREATE TABLE consumer_positions (
  consumer_group text    NOT NULL,
  topic          text    NOT NULL,
  partition      integer NOT NULL,
  next_offset    bigint  NOT NULL,
  PRIMARY KEY (consumer_group, topic, partition)
) WITH (fillfactor = 20);   -- few rows, updated with each batch: room for their next versions beside them
