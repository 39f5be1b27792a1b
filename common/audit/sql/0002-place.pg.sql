-- How far the records have been moved to the log, and how many may wait for it: a transaction that would write one more is refused.
CREATE TABLE audit_place (
	one BIGINT PRIMARY KEY CHECK (one = 1), moved BIGINT NOT NULL, max_pending BIGINT NOT NULL
);
