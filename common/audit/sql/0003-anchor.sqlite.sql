-- Checkpoints of other zones' logs as their bundles carried them, by link: the newest that is joined, and those that wait for the number before them
-- (size -1: that number was closed without its bundle, -2: its bundle carried none).
CREATE TABLE audit_anchor (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	size INTEGER NOT NULL, root BLOB NOT NULL, proof TEXT NOT NULL, joined INTEGER NOT NULL, loose INTEGER NOT NULL,
	PRIMARY KEY (link, epoch, seq)
) STRICT;
-- The size of our own log that the newest bundle on each link carried.
CREATE TABLE audit_anchor_out (link TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT;
