-- Lists notifications of types that few orders cause, and those that could not be sent. Usual notifications, which each order causes, have
-- no entry, so orders do not pay. The repository repeats the condition, so that Postgres uses the indexes. The condition leaves out
-- PENDING on purpose: for the notifications that wait for an earlier one of their order, Postgres would read a whole index of pending rows.
-- Building each index reads the table once, which takes about half a second with a million notifications, and blocks writes meanwhile.
CREATE INDEX notifications_unusual ON notifications (type, status, notification_id)
  WHERE (type NOT IN ('ORDER_CREATED', 'INVENTORY_RESERVED', 'ORDER_FULFILLED') OR status = 'FAILED');
CREATE INDEX notifications_unusual_of_customer ON notifications (type, status, customer_id, notification_id)
  WHERE (type NOT IN ('ORDER_CREATED', 'INVENTORY_RESERVED', 'ORDER_FULFILLED') OR status = 'FAILED');
