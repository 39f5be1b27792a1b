-- 公告 before the entry: one row each time the process of a case begins one. Its days, from the one behind from_day on until it ended, are none of the term.
-- number: the document that says it. how: over 期满, objection 异议, stopped (the case ended or was put back).
CREATE TABLE reg_notice (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL, number TEXT NOT NULL,
	from_day TEXT NOT NULL, until_day TEXT NOT NULL,
	ended TEXT, how TEXT CHECK (how IN ('over','objection','stopped')),
	PRIMARY KEY (tenant, case_id, n), CHECK ((ended IS NULL) = (how IS NULL))
) STRICT;
CREATE UNIQUE INDEX reg_notice_open ON reg_notice (tenant, case_id) WHERE ended IS NULL;
CREATE UNIQUE INDEX reg_notice_number ON reg_notice (tenant, number);
CREATE TRIGGER reg_notice_keep_d BEFORE DELETE ON reg_notice BEGIN SELECT RAISE(ABORT, 'a public notice is never removed'); END;
CREATE TRIGGER reg_notice_keep_u BEFORE UPDATE ON reg_notice WHEN OLD.ended IS NOT NULL OR (NEW.tenant, NEW.case_id, NEW.n, NEW.number, NEW.from_day, NEW.until_day)
	IS NOT (OLD.tenant, OLD.case_id, OLD.n, OLD.number, OLD.from_day, OLD.until_day) BEGIN SELECT RAISE(ABORT, 'a public notice ends once and is never changed'); END;
