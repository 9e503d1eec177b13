-- A page of a customer's notifications that wait ends at one of their own, not at another's.
CREATE INDEX notifications_to_send_of_customer ON notifications (customer_id, notification_id) WHERE status = 'PENDING';
