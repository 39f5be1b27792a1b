-- How far the sealing under new keys has come, per table.
CREATE TABLE reseal_progress (
	name TEXT PRIMARY KEY, key_id TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL,
	seen INTEGER NOT NULL, done INTEGER NOT NULL
) STRICT;
