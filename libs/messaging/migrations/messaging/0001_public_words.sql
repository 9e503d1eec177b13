-- The field's words in the place of our own (ADR 0020): what was set aside is parked, by sequence; the kill switch is tripped and
-- reset; Kafka rejects events. Everything is renamed in place: no row is touched but those of the audit.
ALTER TABLE set_aside_queues RENAME TO parked_sequences;
ALTER TABLE parked_sequences RENAME COLUMN queue TO sequence;
ALTER TABLE parked_sequences RENAME CONSTRAINT set_aside_queues_pkey TO parked_sequences_pkey;
ALTER INDEX set_aside_queues_due RENAME TO parked_sequences_due;

ALTER TABLE set_aside_messages RENAME TO parked_messages;
ALTER TABLE parked_messages RENAME COLUMN queue TO sequence;
ALTER TABLE parked_messages RENAME COLUMN set_aside_at TO parked_at;
ALTER TABLE parked_messages RENAME CONSTRAINT set_aside_messages_pkey TO parked_messages_pkey;
ALTER TABLE parked_messages RENAME CONSTRAINT set_aside_messages_position_key TO parked_messages_position_key;
ALTER TABLE parked_messages RENAME CONSTRAINT set_aside_messages_status_check TO parked_messages_status_check;
ALTER TABLE parked_messages RENAME CONSTRAINT set_aside_messages_none_waits_settled TO parked_messages_settled_check;
ALTER SEQUENCE set_aside_messages_position_seq RENAME TO parked_messages_position_seq;
ALTER INDEX set_aside_messages_waiting RENAME TO parked_messages_in_sequence;
ALTER INDEX set_aside_messages_by_status RENAME TO parked_messages_by_status;
ALTER INDEX set_aside_messages_settled RENAME TO parked_messages_settled;
ALTER INDEX set_aside_messages_ran_out RENAME TO parked_messages_ran_out;

ALTER TABLE set_aside_attempts RENAME TO parked_attempts;
ALTER TABLE parked_attempts RENAME CONSTRAINT set_aside_attempts_pkey TO parked_attempts_pkey;
ALTER TABLE parked_attempts RENAME CONSTRAINT set_aside_attempts_message_id_fkey TO parked_attempts_message_id_fkey;
ALTER TABLE parked_attempts RENAME CONSTRAINT set_aside_attempts_made_by_check TO parked_attempts_made_by_check;
ALTER SEQUENCE set_aside_attempts_position_seq RENAME TO parked_attempts_position_seq;
ALTER INDEX set_aside_attempts_of RENAME TO parked_attempts_of;

ALTER TABLE kill_switch RENAME COLUMN stopped_at TO tripped_at;
ALTER TABLE kill_switch RENAME COLUMN resumed_at TO reset_at;

ALTER TABLE outbox RENAME COLUMN refusal TO rejection;
ALTER TABLE outbox RENAME COLUMN refusals TO rejections;
ALTER INDEX outbox_refused RENAME TO outbox_rejected;

ALTER TABLE dead_letter_audit DROP CONSTRAINT dead_letter_audit_act_check;
UPDATE dead_letter_audit
  SET act = CASE act WHEN 'REHEARSE' THEN 'DRY_RUN' WHEN 'DISCARD_REFUSED' THEN 'DISCARD_REJECTED' ELSE 'RETRY_REJECTED' END
  WHERE act IN ('REHEARSE', 'DISCARD_REFUSED', 'RETRY_REFUSED');
ALTER TABLE dead_letter_audit
  ADD CONSTRAINT dead_letter_audit_act_check
    CHECK (act IN ('REPLAY', 'DISCARD', 'DRY_RUN', 'REPLAY_ALL', 'DISCARD_REJECTED', 'RETRY_REJECTED'));
