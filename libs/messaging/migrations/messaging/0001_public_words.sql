-- The field's words in the place of our own (ADR 0020): what was set aside is parked, by sequence; the kill switch is tripped and
-- reset; Kafka rejects events. Everything is renamed in place: no row is touched but those of the audit.
ALTER TABLE set_aside_queues RENAME TO parked_sequences;
ALTER TABLE parked_sequences RENAME COLUMN queue TO sequence;
ALTER INDEX set_aside_queues_due RENAME TO parked_sequences_due;

ALTER TABLE set_aside_messages RENAME TO parked_messages;
ALTER TABLE parked_messages RENAME COLUMN queue TO sequence;
ALTER TABLE parked_messages RENAME COLUMN set_aside_at TO parked_at;
ALTER SEQUENCE set_aside_messages_position_seq RENAME TO parked_messages_position_seq;
ALTER INDEX set_aside_messages_waiting RENAME TO parked_messages_in_sequence;
ALTER INDEX set_aside_messages_by_status RENAME TO parked_messages_by_status;
ALTER INDEX set_aside_messages_settled RENAME TO parked_messages_settled;
ALTER INDEX set_aside_messages_ran_out RENAME TO parked_messages_ran_out;

ALTER TABLE set_aside_attempts RENAME TO parked_attempts;
ALTER SEQUENCE set_aside_attempts_position_seq RENAME TO parked_attempts_position_seq;
ALTER INDEX set_aside_attempts_of RENAME TO parked_attempts_of;

ALTER TABLE kill_switch RENAME COLUMN stopped_at TO tripped_at;
ALTER TABLE kill_switch RENAME COLUMN resumed_at TO reset_at;

ALTER TABLE outbox RENAME COLUMN refusal TO rejection;
ALTER TABLE outbox RENAME COLUMN refusals TO rejections;
ALTER INDEX outbox_refused RENAME TO outbox_rejected;

-- Constraints have their tables' and columns' names in theirs; those of NOT NULL too, from Postgres 18 on.
DO $$
DECLARE
  old record;
BEGIN
  FOR old IN
    SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND conname ~ '^(set_aside_|outbox_refusals_)'
  LOOP
    EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', old.of, old.name,
      replace(replace(replace(replace(old.name,
        'set_aside_queues_', 'parked_sequences_'), 'set_aside_', 'parked_'), '_queue_', '_sequence_'), 'refusals', 'rejections'));
  END LOOP;
END $$;

ALTER TABLE dead_letter_audit DROP CONSTRAINT dead_letter_audit_act_check;
UPDATE dead_letter_audit
  SET act = CASE act WHEN 'REHEARSE' THEN 'DRY_RUN' WHEN 'DISCARD_REFUSED' THEN 'DISCARD_REJECTED' ELSE 'RETRY_REJECTED' END
  WHERE act IN ('REHEARSE', 'DISCARD_REFUSED', 'RETRY_REFUSED');
ALTER TABLE dead_letter_audit
  ADD CONSTRAINT dead_letter_audit_act_check
    CHECK (act IN ('REPLAY', 'DISCARD', 'DRY_RUN', 'REPLAY_ALL', 'DISCARD_REJECTED', 'RETRY_REJECTED'));
