-- A repeat on a slow line never makes a second application: the page's own key of each start.
ALTER TABLE application ADD COLUMN client_key TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX application_client_key ON application (tenant, owner, client_key) WHERE client_key <> '';
-- 提交回执: what was handed in, answer by answer, file by file, signed by this portal. Never changed.
CREATE TABLE application_receipt (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n INTEGER NOT NULL, -- n: handed in again after a correction
	text TEXT NOT NULL,                                -- sealed canonical JSON
	digest BLOB NOT NULL, signature TEXT NOT NULL, certificate TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id)
) STRICT;
CREATE TRIGGER application_receipt_keep_d BEFORE DELETE ON application_receipt BEGIN SELECT RAISE(ABORT, 'receipts are never removed'); END;
-- A party is invited by a code that only its digest is kept of; it opens nothing to anybody but that person.
CREATE TABLE application_invitation (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n INTEGER NOT NULL,
	code BLOB NOT NULL, until_ms INTEGER NOT NULL,
	PRIMARY KEY (tenant, application, n),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX application_invitation_code ON application_invitation (tenant, code);
