-- Which portal a case or an appointment came from, by its zone: the internet's, or the service hall's 登记大厅 in this network. What was published to whom.
ALTER TABLE reg_case ADD COLUMN portal TEXT NOT NULL DEFAULT 'internet';
ALTER TABLE appointment ADD COLUMN portal TEXT NOT NULL DEFAULT 'internet';
ALTER TABLE definition_sent RENAME TO definition_sent_before;
CREATE TABLE definition_sent (
	tenant TEXT NOT NULL, portal TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('business','fees')),
	code TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, portal, kind, code, version)
) STRICT;
INSERT INTO definition_sent (tenant, portal, kind, code, version, digest, at) SELECT tenant, 'internet', kind, code, version, digest, at FROM definition_sent_before;
DROP TABLE definition_sent_before;
