-- What cannot be sent is tried again, later each time, and ends as FAILED. The check is not validated: what is there satisfies the narrower one.
ALTER TABLE notifications
  DROP CONSTRAINT notifications_status_check,
  ADD CONSTRAINT notifications_status_check CHECK (status IN ('PENDING', 'SENT', 'FAILED')) NOT VALID,
  ADD COLUMN last_error text,               -- of the last attempt that failed
  ADD COLUMN next_attempt_at timestamptz;   -- null: it has not failed

-- Whether one of an order is tried again, so that what follows waits behind it. Empty where all is well.
CREATE INDEX notifications_tried_again ON notifications (order_id, notification_id) WHERE status = 'PENDING' AND attempts > 0;
