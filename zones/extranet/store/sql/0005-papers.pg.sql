-- Documents 文书: what stands on one is fixed (facts, sealed) in the transaction of the act it tells of; its files and the seal over them come after.
CREATE TABLE reg_document (
	tenant TEXT NOT NULL, number TEXT NOT NULL,
	kind TEXT NOT NULL,                                -- layout: conf/documents
	case_id TEXT NOT NULL,                             -- '' where it belongs to no case
	unit_code TEXT NOT NULL, n BIGINT NOT NULL,       -- n: of its kind in its case
	facts TEXT NOT NULL,                               -- sealed canonical JSON
	at TEXT NOT NULL, who TEXT NOT NULL,
	PRIMARY KEY (tenant, number)
);
CREATE INDEX reg_document_case ON reg_document (tenant, case_id, at);
CREATE TABLE reg_document_file (
	tenant TEXT NOT NULL, number TEXT NOT NULL, format TEXT NOT NULL CHECK (format IN ('pdf','ofd')),
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, number, format)
);
CREATE INDEX reg_document_digest ON reg_document_file (tenant, digest);
CREATE TABLE reg_document_seal (                       -- statement: canonical JSON naming the digests of facts and files; signature by the office's e-seal
	tenant TEXT NOT NULL, number TEXT NOT NULL, statement TEXT NOT NULL, signature TEXT NOT NULL, certificate TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, number)
);
-- Numbered blanks of certificates and proofs 空白证书: stock and every move of each.
CREATE TABLE reg_blank (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('title','proof')),
	state TEXT NOT NULL CHECK (state IN ('stock','printed','handed','spoiled')),
	paper TEXT NOT NULL,                               -- number of the certificate printed on it; '' in stock
	moves BIGINT NOT NULL,
	PRIMARY KEY (tenant, serial)
);
CREATE INDEX reg_blank_state ON reg_blank (tenant, state, kind, serial);
CREATE UNIQUE INDEX reg_blank_paper ON reg_blank (tenant, paper) WHERE state IN ('printed','handed');
CREATE TABLE reg_blank_move (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, n BIGINT NOT NULL,
	state TEXT NOT NULL, paper TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL,
	PRIMARY KEY (tenant, serial, n)
);
-- The archive 归档: one package for each closed case; who borrowed it.
CREATE TABLE reg_archive (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, number TEXT NOT NULL, business TEXT NOT NULL, unit_code TEXT NOT NULL, location TEXT NOT NULL,
	closed TEXT NOT NULL, at TEXT NOT NULL, manifest TEXT NOT NULL, -- manifest: SHA-256 of its tagmanifest-sha256.txt
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id)
);
CREATE INDEX reg_archive_number ON reg_archive (tenant, number);
CREATE INDEX reg_archive_unit ON reg_archive (tenant, unit_code);
CREATE TABLE reg_lending (                             -- 借阅
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	borrower TEXT NOT NULL, purpose TEXT NOT NULL, due TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, returned_at TEXT, returned_to TEXT,
	PRIMARY KEY (tenant, case_id, n)
);
CREATE UNIQUE INDEX reg_lending_out ON reg_lending (tenant, case_id) WHERE returned_at IS NULL;
CREATE TRIGGER reg_document_keep BEFORE UPDATE ON reg_document FOR EACH ROW WHEN ((NEW.tenant,NEW.number,NEW.kind,NEW.case_id,NEW.unit_code,NEW.n,NEW.at,NEW.who) IS DISTINCT FROM (OLD.tenant,OLD.number,OLD.kind,OLD.case_id,OLD.unit_code,OLD.n,OLD.at,OLD.who))
	EXECUTE FUNCTION db_refuse('documents are never changed');
CREATE TRIGGER reg_document_gone BEFORE DELETE ON reg_document FOR EACH ROW EXECUTE FUNCTION db_refuse('documents are never changed');
CREATE TRIGGER reg_document_all BEFORE TRUNCATE ON reg_document FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('documents are never changed');
CREATE TRIGGER reg_document_file_keep BEFORE UPDATE ON reg_document_file FOR EACH ROW WHEN ((NEW.tenant,NEW.number,NEW.format,NEW.size,NEW.digest,NEW.blob) IS DISTINCT FROM (OLD.tenant,OLD.number,OLD.format,OLD.size,OLD.digest,OLD.blob))
	EXECUTE FUNCTION db_refuse('files of documents are never changed');
CREATE TRIGGER reg_document_file_gone BEFORE DELETE ON reg_document_file FOR EACH ROW EXECUTE FUNCTION db_refuse('files of documents are never changed');
CREATE TRIGGER reg_document_file_all BEFORE TRUNCATE ON reg_document_file FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('files of documents are never changed');
CREATE TRIGGER reg_document_seal_keep BEFORE UPDATE ON reg_document_seal FOR EACH ROW EXECUTE FUNCTION db_refuse('seals are never changed');
CREATE TRIGGER reg_document_seal_gone BEFORE DELETE ON reg_document_seal FOR EACH ROW EXECUTE FUNCTION db_refuse('seals are never changed');
CREATE TRIGGER reg_document_seal_all BEFORE TRUNCATE ON reg_document_seal FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('seals are never changed');
CREATE TRIGGER reg_blank_keep BEFORE UPDATE ON reg_blank FOR EACH ROW WHEN ((NEW.tenant,NEW.serial,NEW.kind) IS DISTINCT FROM (OLD.tenant,OLD.serial,OLD.kind))
	EXECUTE FUNCTION db_refuse('blanks are never renamed');
CREATE TRIGGER reg_blank_gone BEFORE DELETE ON reg_blank FOR EACH ROW EXECUTE FUNCTION db_refuse('blanks are never renamed');
CREATE TRIGGER reg_blank_all BEFORE TRUNCATE ON reg_blank FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('blanks are never renamed');
CREATE TRIGGER reg_blank_move_keep BEFORE UPDATE ON reg_blank_move FOR EACH ROW EXECUTE FUNCTION db_refuse('moves of blanks are never changed');
CREATE TRIGGER reg_blank_move_gone BEFORE DELETE ON reg_blank_move FOR EACH ROW EXECUTE FUNCTION db_refuse('moves of blanks are never changed');
CREATE TRIGGER reg_blank_move_all BEFORE TRUNCATE ON reg_blank_move FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('moves of blanks are never changed');
CREATE TRIGGER reg_archive_keep BEFORE UPDATE ON reg_archive FOR EACH ROW WHEN ((NEW.tenant,NEW.case_id,NEW.number,NEW.business,NEW.unit_code,NEW.location,NEW.closed,NEW.at,NEW.manifest,NEW.size,NEW.digest,NEW.blob) IS DISTINCT FROM (OLD.tenant,OLD.case_id,OLD.number,OLD.business,OLD.unit_code,OLD.location,OLD.closed,OLD.at,OLD.manifest,OLD.size,OLD.digest,OLD.blob))
	EXECUTE FUNCTION db_refuse('the archive is never changed');
CREATE TRIGGER reg_archive_gone BEFORE DELETE ON reg_archive FOR EACH ROW EXECUTE FUNCTION db_refuse('the archive is never changed');
CREATE TRIGGER reg_archive_all BEFORE TRUNCATE ON reg_archive FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the archive is never changed');
CREATE TRIGGER reg_lending_keep BEFORE UPDATE ON reg_lending FOR EACH ROW WHEN ((NEW.tenant,NEW.case_id,NEW.n,NEW.borrower,NEW.purpose,NEW.due,NEW.at,NEW.who) IS DISTINCT FROM (OLD.tenant,OLD.case_id,OLD.n,OLD.borrower,OLD.purpose,OLD.due,OLD.at,OLD.who))
	EXECUTE FUNCTION db_refuse('lending is never rewritten');
CREATE TRIGGER reg_lending_gone BEFORE DELETE ON reg_lending FOR EACH ROW EXECUTE FUNCTION db_refuse('lending is never rewritten');
CREATE TRIGGER reg_lending_all BEFORE TRUNCATE ON reg_lending FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('lending is never rewritten');
