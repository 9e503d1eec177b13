-- One row for each time that a set-aside message was tried.
CREATE TABLE set_aside_attempts (
  position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id    uuid   NOT NULL REFERENCES set_aside_messages ON DELETE CASCADE,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  made_by       text   NOT NULL CHECK (made_by IN ('delivery', 'retry', 'replay')),
  error_code    text,                      -- null: it worked
  error_message text
);

CREATE INDEX set_aside_attempts_of ON set_aside_attempts (message_id, position);

CREATE INDEX set_aside_messages_by_status ON set_aside_messages (consumer_group, status, position);

-- What operators did, and what became of it.
CREATE TABLE dead_letter_audit (
  id             uuid PRIMARY KEY DEFAULT uuidv7(),
  at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  consumer_group text NOT NULL,
  act            text NOT NULL CHECK (act IN ('REPLAY', 'DISCARD', 'REHEARSE', 'REPLAY_ALL')),
  message_id     uuid,                     -- null: an act on many
  outcome        text NOT NULL CHECK (outcome IN ('STARTED', 'DONE', 'FAILED', 'REFUSED')),
  reason         text,                     -- of a discard as it was given, else why it failed or was refused
  details        jsonb
);

CREATE INDEX dead_letter_audit_newest ON dead_letter_audit (consumer_group, id);
CREATE INDEX dead_letter_audit_of ON dead_letter_audit (message_id, id);
