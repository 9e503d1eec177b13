-- A notification that cannot be sent is retried at growing intervals, and is FAILED after the last attempt. The check is not validated,
-- because existing rows satisfy the narrower one.
ALTER TABLE notifications
  DROP CONSTRAINT notifications_status_check,
  ADD CONSTRAINT notifications_status_check CHECK (status IN ('PENDING', 'SENT', 'FAILED')) NOT VALID,
  ADD COLUMN last_error text,               -- of the last failed attempt
  ADD COLUMN next_attempt_at timestamptz;   -- null unless it has failed

-- Finds a notification that is retried, so that later ones of its order wait for it. Usually empty.
CREATE INDEX notifications_tried_again ON notifications (order_id, notification_id) WHERE status = 'PENDING' AND attempts > 0;
