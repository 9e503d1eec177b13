CREATE TABLE notifications (
  notification_id uuid PRIMARY KEY,   -- version 7: its order is the order of arrival
  customer_id     text        NOT NULL,
  order_id        text        NOT NULL,
  type            text        NOT NULL,
  channel         text        NOT NULL CHECK (channel IN ('log')),
  subject         text        NOT NULL,
  body            text        NOT NULL,
  status          text        NOT NULL CHECK (status IN ('PENDING', 'SENT')),
  attempts        integer     NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL,
  sent_at         timestamptz
) WITH (fillfactor = 70);   -- each row is updated once, when it is sent

CREATE INDEX notifications_of_customer ON notifications (customer_id, notification_id);
CREATE INDEX notifications_of_order ON notifications (order_id, notification_id);
CREATE INDEX notifications_to_send ON notifications (notification_id) WHERE status = 'PENDING';
