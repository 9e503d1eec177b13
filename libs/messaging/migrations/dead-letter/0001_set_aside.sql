-- A key of a topic some of whose events are set aside. Whoever handles, retries or replays an event of the key locks
-- this row first, so that nothing overtakes. It exists as long as anything waits.
CREATE TABLE set_aside_queues (
  consumer_group  text  NOT NULL,
  topic           text  NOT NULL,
  queue           bytea NOT NULL,          -- of the key, or of a single message that has none
  next_attempt_at timestamptz,             -- of its head; null: the head is a dead letter and waits for an operator
  PRIMARY KEY (consumer_group, topic, queue)
);

CREATE INDEX set_aside_queues_due ON set_aside_queues (consumer_group, next_attempt_at);

CREATE TABLE set_aside_messages (
  id               uuid   PRIMARY KEY DEFAULT uuidv7(),
  position         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,   -- the order within a queue
  consumer_group   text   NOT NULL,
  topic            text   NOT NULL,
  queue            bytea  NOT NULL,
  -- The message, byte for byte.
  partition        integer NOT NULL,
  "offset"         bigint  NOT NULL,
  timestamp_ms     bigint  NOT NULL,
  key              bytea,
  value            bytea,
  headers          jsonb   NOT NULL,
  event_type       text,
  -- RETRYING: the head, tried again by itself. OPEN: the head, given up. BLOCKED: behind the head.
  status           text    NOT NULL CHECK (status IN ('RETRYING', 'OPEN', 'BLOCKED', 'REPLAYED', 'DISCARDED')),
  attempts         integer NOT NULL DEFAULT 0,
  error_code       text,
  error_message    text,
  error_stack      text,
  first_failed_at  timestamptz,
  last_failed_at   timestamptz,
  set_aside_at     timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX set_aside_messages_waiting ON set_aside_messages (consumer_group, topic, queue, position)
  WHERE status IN ('RETRYING', 'OPEN', 'BLOCKED');
