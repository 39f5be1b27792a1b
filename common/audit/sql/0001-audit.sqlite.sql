-- Audit records, written in the business transaction; moved in order to the Merkle log. Row number n becomes entry n-1 of the log.
CREATE TABLE audit_record (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT
) STRICT;
CREATE TRIGGER audit_record_keep_u BEFORE UPDATE ON audit_record BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END;
CREATE TRIGGER audit_record_keep_d BEFORE DELETE ON audit_record BEGIN SELECT RAISE(ABORT, 'audit records are never removed'); END;
