-- A refusal may end (a topic's limit is raised): the row is tried again ever more slowly, at relay_after.
ALTER TABLE outbox ADD COLUMN refusals integer NOT NULL DEFAULT 0;
