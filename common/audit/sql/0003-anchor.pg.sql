-- Checkpoints of other zones' logs as their bundles carried them, by link: the newest that is joined, and those that wait for the number before them
-- (size -1: that number was closed without its bundle, -2: its bundle carried none).
CREATE TABLE audit_anchor (
	link TEXT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	size BIGINT NOT NULL, root BYTEA NOT NULL, proof TEXT NOT NULL, joined BIGINT NOT NULL, loose BIGINT NOT NULL,
	PRIMARY KEY (link, epoch, seq)
);
-- The size of our own log that the newest bundle on each link carried.
CREATE TABLE audit_anchor_out (link TEXT PRIMARY KEY, size BIGINT NOT NULL);
