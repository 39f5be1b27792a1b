-- Documents 文书: what stands on one is fixed (facts, sealed) in the transaction of the act it tells of; its files and the seal over them come after.
CREATE TABLE reg_document (
	tenant TEXT NOT NULL, number TEXT NOT NULL,
	kind TEXT NOT NULL,                                -- layout: conf/documents
	case_id TEXT NOT NULL,                             -- '' where it belongs to no case
	unit_code TEXT NOT NULL, n INTEGER NOT NULL,       -- n: of its kind in its case
	facts TEXT NOT NULL,                               -- sealed canonical JSON
	at TEXT NOT NULL, who TEXT NOT NULL,
	PRIMARY KEY (tenant, number)
) STRICT;
CREATE INDEX reg_document_case ON reg_document (tenant, case_id, at);
CREATE TABLE reg_document_file (
	tenant TEXT NOT NULL, number TEXT NOT NULL, format TEXT NOT NULL CHECK (format IN ('pdf','ofd')),
	size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, number, format)
) STRICT;
CREATE INDEX reg_document_digest ON reg_document_file (tenant, digest);
CREATE TABLE reg_document_seal (                       -- statement: canonical JSON naming the digests of facts and files; signature by the office's e-seal
	tenant TEXT NOT NULL, number TEXT NOT NULL, statement TEXT NOT NULL, signature TEXT NOT NULL, certificate TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, number)
) STRICT;
-- Numbered blanks of certificates and proofs 空白证书: stock and every move of each.
CREATE TABLE reg_blank (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('title','proof')),
	state TEXT NOT NULL CHECK (state IN ('stock','printed','handed','spoiled')),
	paper TEXT NOT NULL,                               -- number of the certificate printed on it; '' in stock
	moves INTEGER NOT NULL,
	PRIMARY KEY (tenant, serial)
) STRICT;
CREATE INDEX reg_blank_state ON reg_blank (tenant, state, kind, serial);
CREATE UNIQUE INDEX reg_blank_paper ON reg_blank (tenant, paper) WHERE state IN ('printed','handed');
CREATE TABLE reg_blank_move (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, n INTEGER NOT NULL,
	state TEXT NOT NULL, paper TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL,
	PRIMARY KEY (tenant, serial, n)
) STRICT;
-- The archive 归档: one package for each closed case; who borrowed it.
CREATE TABLE reg_archive (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, number TEXT NOT NULL, business TEXT NOT NULL, unit_code TEXT NOT NULL, location TEXT NOT NULL,
	closed TEXT NOT NULL, at TEXT NOT NULL, manifest TEXT NOT NULL, -- manifest: SHA-256 of its tagmanifest-sha256.txt
	size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id)
) STRICT;
CREATE INDEX reg_archive_number ON reg_archive (tenant, number);
CREATE INDEX reg_archive_unit ON reg_archive (tenant, unit_code);
CREATE TABLE reg_lending (                             -- 借阅
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL,
	borrower TEXT NOT NULL, purpose TEXT NOT NULL, due TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, returned_at TEXT, returned_to TEXT,
	PRIMARY KEY (tenant, case_id, n)
) STRICT;
CREATE UNIQUE INDEX reg_lending_out ON reg_lending (tenant, case_id) WHERE returned_at IS NULL;
CREATE TRIGGER reg_document_keep BEFORE UPDATE ON reg_document WHEN (NEW.tenant,NEW.number,NEW.kind,NEW.case_id,NEW.unit_code,NEW.n,NEW.at,NEW.who) IS NOT (OLD.tenant,OLD.number,OLD.kind,OLD.case_id,OLD.unit_code,OLD.n,OLD.at,OLD.who)
	BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END;
CREATE TRIGGER reg_document_gone BEFORE DELETE ON reg_document BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END;
CREATE TRIGGER reg_document_file_keep BEFORE UPDATE ON reg_document_file WHEN (NEW.tenant,NEW.number,NEW.format,NEW.size,NEW.digest,NEW.blob) IS NOT (OLD.tenant,OLD.number,OLD.format,OLD.size,OLD.digest,OLD.blob)
	BEGIN SELECT RAISE(ABORT, 'files of documents are never changed'); END;
CREATE TRIGGER reg_document_file_gone BEFORE DELETE ON reg_document_file BEGIN SELECT RAISE(ABORT, 'files of documents are never changed'); END;
CREATE TRIGGER reg_document_seal_keep BEFORE UPDATE ON reg_document_seal BEGIN SELECT RAISE(ABORT, 'seals are never changed'); END;
CREATE TRIGGER reg_document_seal_gone BEFORE DELETE ON reg_document_seal BEGIN SELECT RAISE(ABORT, 'seals are never changed'); END;
CREATE TRIGGER reg_blank_keep BEFORE UPDATE ON reg_blank WHEN (NEW.tenant,NEW.serial,NEW.kind) IS NOT (OLD.tenant,OLD.serial,OLD.kind)
	BEGIN SELECT RAISE(ABORT, 'blanks are never renamed'); END;
CREATE TRIGGER reg_blank_gone BEFORE DELETE ON reg_blank BEGIN SELECT RAISE(ABORT, 'blanks are never renamed'); END;
CREATE TRIGGER reg_blank_move_keep BEFORE UPDATE ON reg_blank_move BEGIN SELECT RAISE(ABORT, 'moves of blanks are never changed'); END;
CREATE TRIGGER reg_blank_move_gone BEFORE DELETE ON reg_blank_move BEGIN SELECT RAISE(ABORT, 'moves of blanks are never changed'); END;
CREATE TRIGGER reg_archive_keep BEFORE UPDATE ON reg_archive WHEN (NEW.tenant,NEW.case_id,NEW.number,NEW.business,NEW.unit_code,NEW.location,NEW.closed,NEW.at,NEW.manifest,NEW.size,NEW.digest,NEW.blob) IS NOT (OLD.tenant,OLD.case_id,OLD.number,OLD.business,OLD.unit_code,OLD.location,OLD.closed,OLD.at,OLD.manifest,OLD.size,OLD.digest,OLD.blob)
	BEGIN SELECT RAISE(ABORT, 'the archive is never changed'); END;
CREATE TRIGGER reg_archive_gone BEFORE DELETE ON reg_archive BEGIN SELECT RAISE(ABORT, 'the archive is never changed'); END;
CREATE TRIGGER reg_lending_keep BEFORE UPDATE ON reg_lending WHEN (NEW.tenant,NEW.case_id,NEW.n,NEW.borrower,NEW.purpose,NEW.due,NEW.at,NEW.who) IS NOT (OLD.tenant,OLD.case_id,OLD.n,OLD.borrower,OLD.purpose,OLD.due,OLD.at,OLD.who)
	BEGIN SELECT RAISE(ABORT, 'lending is never rewritten'); END;
CREATE TRIGGER reg_lending_gone BEFORE DELETE ON reg_lending BEGIN SELECT RAISE(ABORT, 'lending is never rewritten'); END;
