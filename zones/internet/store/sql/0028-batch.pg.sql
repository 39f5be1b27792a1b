-- 集中申请: applications of one business that an organisation's agent hands in together. Each is an application of its own; one signature stands under the
-- root over all their forms (RFC 6962), and each case carries the way from its form to that root.
ALTER TABLE application ADD COLUMN batch TEXT NOT NULL DEFAULT '';
DROP INDEX application_draft;
CREATE UNIQUE INDEX application_draft ON application (tenant, owner, business) WHERE state IN ('draft','signing') AND round = 0 AND batch = '';
CREATE TABLE batch (
	tenant TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL,
	business TEXT NOT NULL, business_version BIGINT NOT NULL, division TEXT NOT NULL,
	count BIGINT NOT NULL,                            -- rows of the sheet
	client_key TEXT NOT NULL,                          -- the page's own, of sheet and business: the same sheet goes on where it stood
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX batch_client_key ON batch (tenant, owner, client_key);
CREATE TABLE batch_text (                              -- what is signed; a part: the rows that were ready when it was made
	tenant TEXT NOT NULL, batch TEXT NOT NULL, part BIGINT NOT NULL,
	text TEXT NOT NULL, at TEXT NOT NULL,
	signature TEXT NOT NULL DEFAULT '',                -- sealed JSON of what the identity platform gave; '' not signed yet
	PRIMARY KEY (tenant, batch, part),
	FOREIGN KEY (tenant, batch) REFERENCES batch (tenant, id)
);
CREATE TABLE batch_row (
	tenant TEXT NOT NULL, batch TEXT NOT NULL, n BIGINT NOT NULL, application TEXT NOT NULL,
	unit_code TEXT NOT NULL,
	part BIGINT NOT NULL DEFAULT 0,                   -- 0: in no text yet
	leaf BIGINT NOT NULL DEFAULT 0, path TEXT NOT NULL DEFAULT '', -- digests in hex, apart by spaces
	PRIMARY KEY (tenant, batch, n),
	FOREIGN KEY (tenant, batch) REFERENCES batch (tenant, id),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id) ON DELETE CASCADE
);
