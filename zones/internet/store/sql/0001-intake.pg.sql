-- Applications 申请 at the portal: drafts, submissions until accepted, the mirror of their progress. Names, numbers and forms are sealed by the vault.
CREATE TABLE application (
	tenant TEXT NOT NULL, id TEXT NOT NULL,            -- UUIDv7
	owner TEXT NOT NULL,                               -- account that started it
	business TEXT NOT NULL, business_version BIGINT NOT NULL,
	state TEXT NOT NULL, version BIGINT NOT NULL,
	draft TEXT NOT NULL,                               -- sealed {"unit_code","fields","parties"}
	form TEXT,                                         -- sealed canonical form once frozen for signing
	number TEXT NOT NULL DEFAULT '',                   -- 业务号, from the registry
	reason TEXT NOT NULL DEFAULT '',                   -- why refused
	updated_at TEXT NOT NULL, submitted_at TEXT,
	PRIMARY KEY (tenant, id)
);
-- Never a silent second draft: one open draft per person and business.
CREATE UNIQUE INDEX application_draft ON application (tenant, owner, business) WHERE state IN ('draft','signing');
CREATE INDEX application_owner ON application (tenant, owner);

CREATE TABLE application_party (                       -- of a frozen form
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	role TEXT NOT NULL, id_index TEXT NOT NULL, signs BIGINT NOT NULL,
	signature TEXT, signed_at TEXT,                    -- sealed JSON of what the identity platform gave
	PRIMARY KEY (tenant, application, n),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id) ON DELETE CASCADE
);
CREATE INDEX application_party_person ON application_party (tenant, id_index);

CREATE TABLE application_material (
	tenant TEXT NOT NULL, application TEXT NOT NULL, id TEXT NOT NULL,
	code TEXT NOT NULL, name TEXT NOT NULL, media TEXT NOT NULL, size BIGINT NOT NULL,
	digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, application, id),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id) ON DELETE CASCADE
);

CREATE TABLE application_progress (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	state TEXT NOT NULL, step_zh TEXT NOT NULL, step_en TEXT NOT NULL, at TEXT NOT NULL, office TEXT NOT NULL,
	note TEXT NOT NULL, deadline TEXT NOT NULL, items TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);

CREATE TABLE application_certificate (
	tenant TEXT NOT NULL, application TEXT NOT NULL, number TEXT NOT NULL,
	text TEXT NOT NULL, signature TEXT NOT NULL, seal_certificate TEXT NOT NULL,
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, application)
);
