-- People whom the directory of the unified platform 一体化平台 keeps. directory: its own number of the person, '' for an account of this service alone; departed: it says that
-- the person left, and nobody here lets them in again.
ALTER TABLE account ADD COLUMN directory TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX account_directory ON account (tenant, directory) WHERE directory <> '';
-- The newest statement that was taken: an older one is refused.
CREATE TABLE directory_taken (
	tenant TEXT NOT NULL PRIMARY KEY, serial INTEGER NOT NULL, digest TEXT NOT NULL, issued TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
