-- An operator may have a refused outgoing event tried again at once.
ALTER TABLE dead_letter_audit
  DROP CONSTRAINT dead_letter_audit_act_check,
  ADD CONSTRAINT dead_letter_audit_act_check
    CHECK (act IN ('REPLAY', 'DISCARD', 'REHEARSE', 'REPLAY_ALL', 'DISCARD_REFUSED', 'RETRY_REFUSED'));
