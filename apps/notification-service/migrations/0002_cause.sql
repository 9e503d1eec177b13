-- What a notification goes back to: the event, and the place in its trace (W3C Trace Context). Whoever sends it, also after a crash, says so
-- in log lines and spans. Null: it was written before there was this.
ALTER TABLE notifications ADD COLUMN event_id text, ADD COLUMN traceparent text, ADD COLUMN tracestate text;
