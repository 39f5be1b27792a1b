-- What the sealer and the archiver have still to do, so that they do not look through all that is done; and what the log told of one case.
CREATE TABLE reg_document_waiting (                    -- papers to be sealed
	tenant TEXT NOT NULL, number TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, number)
) STRICT;
CREATE TABLE reg_archive_waiting (                     -- cases that ended and are to be packed; number: 业务号
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, number TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id)
) STRICT;
INSERT INTO reg_document_waiting (tenant, number, at) SELECT d.tenant, d.number, d.at FROM reg_document d WHERE NOT EXISTS
	(SELECT 1 FROM reg_document_seal s WHERE s.tenant = d.tenant AND s.number = d.number);
INSERT INTO reg_archive_waiting (tenant, case_id, number) SELECT c.tenant, c.id, c.number FROM reg_case c WHERE c.state IN ('archived','rejected','refused','withdrawn')
	AND NOT EXISTS (SELECT 1 FROM reg_archive a WHERE a.tenant = c.tenant AND a.case_id = c.id);
CREATE INDEX audit_record_subject ON audit_record (tenant, subject);
