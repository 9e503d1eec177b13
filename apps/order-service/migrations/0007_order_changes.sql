-- Status changes of orders, recorded only while somebody follows them (libs/postgres/src/feed). UNLOGGED: if Postgres crashes, both tables
-- are empty, and those who follow begin again. What was recorded is never the only record of a change.
CREATE UNLOGGED TABLE order_changes (
  xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
  position bigint      GENERATED ALWAYS AS IDENTITY,
  data     jsonb       NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (xid, position)
);

CREATE UNLOGGED TABLE order_changes_listening (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  until      timestamptz NOT NULL,
  generation uuid        NOT NULL DEFAULT gen_random_uuid()
);
