-- The oldest erasure that runs, for the metrics.
CREATE INDEX erasures_unfinished ON erasures (requested_at) WHERE finished_at IS NULL;
