-- Reminders: an open case has used 80 % of its promised term. Once a case.
CREATE TABLE reg_reminder (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	at TEXT NOT NULL, due TEXT NOT NULL,
	percent INTEGER NOT NULL CHECK (percent >= 80),
	PRIMARY KEY (tenant, case_id)
) STRICT;
CREATE INDEX reg_case_deadline ON reg_case (tenant, deadline) WHERE state IN ('accepted','tax','cadastral','review');
