-- When a replay or a discard ended the waiting: from then on the message is kept for a time only.
ALTER TABLE set_aside_messages ADD COLUMN settled_at timestamptz;
UPDATE set_aside_messages SET settled_at = now() WHERE status IN ('REPLAYED', 'DISCARDED');
ALTER TABLE set_aside_messages ADD CONSTRAINT set_aside_messages_none_waits_settled
  CHECK (settled_at IS NULL OR status IN ('REPLAYED', 'DISCARDED'));

CREATE INDEX set_aside_messages_settled ON set_aside_messages (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX dead_letter_audit_age ON dead_letter_audit (at);
