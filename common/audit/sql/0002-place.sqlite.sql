-- How far the records have been moved to the log, and how many may wait for it: a transaction that would write one more is refused.
CREATE TABLE audit_place (
	one INTEGER PRIMARY KEY CHECK (one = 1), moved INTEGER NOT NULL, max_pending INTEGER NOT NULL
) STRICT;
