-- 最多跑一次: cases whose applicants are asked to come once, and the appointment made for it.
CREATE TABLE reg_visit (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	bring TEXT NOT NULL,                                     -- what the applicants are told to bring
	who TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
) STRICT;
ALTER TABLE appointment ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
CREATE INDEX appointment_case ON appointment (tenant, case_id, state);
