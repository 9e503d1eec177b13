-- What is tried again is found by notifications_of_order: an index of its own was not used, since that of what is pending seemed to be as small.
DROP INDEX notifications_tried_again;
