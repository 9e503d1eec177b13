-- notifications_of_order finds the retried notifications. Postgres did not use their own index, because it estimated the index of pending
-- rows to be as small.
DROP INDEX notifications_tried_again;
