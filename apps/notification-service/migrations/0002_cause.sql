-- The event that caused a notification, and the position in its trace (W3C Trace Context), for the log lines and spans of whichever
-- replica sends it, also after a crash. Null for rows from before this migration.
ALTER TABLE notifications ADD COLUMN event_id text, ADD COLUMN traceparent text, ADD COLUMN tracestate text;
