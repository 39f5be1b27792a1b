-- What was published to the portal: each version of a business once, the fee table whenever its text changed.
CREATE TABLE definition_sent (
	tenant TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('business','fees')),
	code TEXT NOT NULL, version BIGINT NOT NULL, digest BYTEA NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, kind, code, version)
);
