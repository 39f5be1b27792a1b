-- Window intake 窗口收件: where a case came in, what it claims to pay less for, and files scanned before their case exists.
ALTER TABLE reg_case ADD COLUMN channel TEXT NOT NULL DEFAULT 'portal' CHECK (channel IN ('portal','window','department'));
ALTER TABLE reg_case ADD COLUMN claims TEXT NOT NULL DEFAULT '';   -- codes of the fee table's reductions, separated by spaces

CREATE TABLE reg_upload (                              -- taken by a case, or swept after a day
	tenant TEXT NOT NULL, id TEXT NOT NULL,
	name TEXT NOT NULL, media TEXT NOT NULL,
	size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	who TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX reg_upload_at ON reg_upload (tenant, at);
