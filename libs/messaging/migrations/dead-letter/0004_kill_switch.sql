-- When the retries of a message ran out; null for bad input, which is given up at once.
ALTER TABLE set_aside_messages ADD COLUMN ran_out_at timestamptz;

CREATE INDEX set_aside_messages_ran_out ON set_aside_messages (consumer_group, ran_out_at) WHERE ran_out_at IS NOT NULL;

-- Whether a group is stopped because too many keys ran out of retries. No row: it never was.
CREATE TABLE kill_switch (
  consumer_group text PRIMARY KEY,
  stopped_at     timestamptz,              -- null: it runs
  reason         text,
  next_trial_at  timestamptz,              -- when a single event may be tried
  resumed_at     timestamptz               -- what ran out before does not count again
);
