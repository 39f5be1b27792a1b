-- Audit records, written in the business transaction; moved in order to the Merkle log. Row number n becomes entry n-1 of the log.
CREATE TABLE audit_record (
	n BIGINT PRIMARY KEY,                           -- given by the statement: a sequence of its own would leave holes
	tenant TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT
);
CREATE TRIGGER audit_record_keep_u BEFORE UPDATE ON audit_record FOR EACH ROW EXECUTE FUNCTION db_refuse('audit records are never changed');
CREATE TRIGGER audit_record_keep_d BEFORE DELETE ON audit_record FOR EACH ROW EXECUTE FUNCTION db_refuse('audit records are never removed');
CREATE TRIGGER audit_record_keep_t BEFORE TRUNCATE ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('audit records are never removed');
