-- Events on their way to Kafka. A row exists from the commit of the state that it tells of until Kafka has it.
CREATE TABLE outbox (
  -- Taken under the aggregate's lock, so that within one key it rises in the order in which things happened.
  position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text        NOT NULL,
  key           bytea,
  headers       jsonb       NOT NULL,   -- text as it is, bytes as { base64 }, null, or a list of these
  value         bytea,
  -- Until then only the replica that wrote the row publishes it, from memory.
  relay_after   timestamptz NOT NULL,
  -- Why the broker refuses this message for good. It holds its key back until an operator discards it.
  refusal       text
) WITH (
  -- Rows live for milliseconds: vacuum by their number, not by the size of the table.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX outbox_predecessors ON outbox (topic, key, position);
CREATE INDEX outbox_refused ON outbox (position) WHERE refusal IS NOT NULL;

-- Who may relay what others left behind: one replica at a time, until its lease runs out.
CREATE TABLE outbox_relay_lease (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  holder     uuid        NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Events whose effect is committed. Purged only when older than what a topic can still deliver.
CREATE TABLE inbox (
  consumer_group text        NOT NULL,
  source         text        NOT NULL,
  event_id       text        NOT NULL,
  handled_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, source, event_id)
);

CREATE INDEX inbox_age ON inbox USING brin (handled_at);
