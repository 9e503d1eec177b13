-- An operator may also give up an outgoing event that Kafka refuses: an act without a message_id.
ALTER TABLE dead_letter_audit
  DROP CONSTRAINT dead_letter_audit_act_check,
  ADD CONSTRAINT dead_letter_audit_act_check
    CHECK (act IN ('REPLAY', 'DISCARD', 'REHEARSE', 'REPLAY_ALL', 'DISCARD_REFUSED'));
