-- What the registry published: business definitions by version, fee tables. Sealed by the office; what was received is never changed.
CREATE TABLE definition (
	tenant TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('business','fees')),
	code TEXT NOT NULL, version INTEGER NOT NULL,
	definition TEXT NOT NULL, signature TEXT NOT NULL, seal_certificate TEXT NOT NULL, received_at TEXT NOT NULL,
	PRIMARY KEY (tenant, kind, code, version)
) STRICT;
CREATE TRIGGER definition_keep_u BEFORE UPDATE ON definition BEGIN SELECT RAISE(ABORT, 'what was published is never changed'); END;
CREATE TRIGGER definition_keep_d BEFORE DELETE ON definition BEGIN SELECT RAISE(ABORT, 'what was published is never removed'); END;
