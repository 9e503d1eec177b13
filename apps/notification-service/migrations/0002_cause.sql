-- What a notification goes back to: the event's id, and the place in its trace. It is told by whoever sends it, also after a crash.
ALTER TABLE notifications ADD COLUMN event_id text, ADD COLUMN traceparent text, ADD COLUMN tracestate text;
