-- Notifications through e-mail and webhook wait in a queue of their own (ADR 0029); those through the log are written once, as SENT.
-- While it waits, a notification has next_attempt_at = infinity, so that replicas of the version before leave it alone.
ALTER TABLE notifications
  DROP CONSTRAINT notifications_channel_check,
  ADD CONSTRAINT notifications_channel_check CHECK (channel IN ('log', 'email', 'webhook')) NOT VALID,
  ADD COLUMN content text;   -- what the channel sends besides subject and body: HTML, or the JSON of a webhook

-- A notification that is not sent yet.
CREATE TABLE deliveries (
  position        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notification_id uuid        NOT NULL UNIQUE REFERENCES notifications ON DELETE CASCADE,
  channel         text        NOT NULL,
  customer_id     text        NOT NULL,
  order_id        text        NOT NULL,
  attempts        integer     NOT NULL DEFAULT 0,   -- since it was created, or an operator had it sent again
  next_attempt_at timestamptz NOT NULL              -- infinity while it waits for an earlier one of its order
) WITH (fillfactor = 70);
CREATE INDEX deliveries_of_lane ON deliveries (channel, customer_id, next_attempt_at, position);
CREATE INDEX deliveries_of_order ON deliveries (channel, customer_id, order_id, position);

-- The deliveries to a customer through a channel. One replica at a time sends those of a lane.
CREATE TABLE delivery_lanes (
  channel       text        NOT NULL,
  customer_id   text        NOT NULL,
  host          text        NOT NULL,             -- of the webhook, otherwise empty
  due_at        timestamptz,                      -- null while there is nothing to send
  lease         uuid,                             -- while a replica sends; it ends at due_at
  failures      integer     NOT NULL DEFAULT 0,   -- in a row, in which the receiver could not be reached
  failing_since timestamptz,                      -- the first failure since the last success
  rests_until   timestamptz,                      -- nothing is sent before, because the receiver could not be reached
  PRIMARY KEY (channel, customer_id)
) WITH (fillfactor = 50);
CREATE INDEX delivery_lanes_working ON delivery_lanes (channel, due_at) WHERE failures = 0;
CREATE INDEX delivery_lanes_failing ON delivery_lanes (channel, due_at) WHERE failures > 0;

CREATE TABLE delivery_attempts (
  notification_id uuid        NOT NULL REFERENCES notifications ON DELETE CASCADE,
  attempted_at    timestamptz NOT NULL,
  status          text        NOT NULL CHECK (status IN ('SENT', 'FAILED')),
  latency_ms      integer     NOT NULL,
  error           text
);
CREATE INDEX delivery_attempts_of ON delivery_attempts (notification_id, attempted_at);

-- What an earlier version has not sent yet.
INSERT INTO deliveries (notification_id, channel, customer_id, order_id, next_attempt_at)
  SELECT notification_id, channel, customer_id, order_id,
         CASE WHEN row_number() OVER (PARTITION BY channel, customer_id, order_id ORDER BY notification_id) = 1 THEN now() ELSE 'infinity' END
  FROM notifications WHERE status = 'PENDING' ORDER BY notification_id;
INSERT INTO delivery_lanes (channel, customer_id, host, due_at) SELECT DISTINCT channel, customer_id, '', now() FROM deliveries;
UPDATE notifications SET next_attempt_at = 'infinity' WHERE status = 'PENDING';

-- Changes of notifications, recorded only while somebody follows them (libs/postgres/src/feed).
CREATE UNLOGGED TABLE notification_changes (
  xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
  position bigint      GENERATED ALWAYS AS IDENTITY,
  data     jsonb       NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (xid, position)
);

CREATE UNLOGGED TABLE notification_changes_listening (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  until      timestamptz NOT NULL,
  generation uuid        NOT NULL DEFAULT gen_random_uuid()
);
