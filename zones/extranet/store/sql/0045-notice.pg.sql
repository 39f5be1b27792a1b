-- 公告 before the entry: one row each time the process of a case begins one. Its days, from the one behind from_day on until it ended, are none of the term.
-- number: the document that says it. how: over 期满, objection 异议, stopped (the case ended or was put back).
CREATE TABLE reg_notice (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL, number TEXT NOT NULL,
	from_day TEXT NOT NULL, until_day TEXT NOT NULL,
	ended TEXT, how TEXT CHECK (how IN ('over','objection','stopped')),
	PRIMARY KEY (tenant, case_id, n), CHECK ((ended IS NULL) = (how IS NULL))
);
CREATE UNIQUE INDEX reg_notice_open ON reg_notice (tenant, case_id) WHERE ended IS NULL;
CREATE UNIQUE INDEX reg_notice_number ON reg_notice (tenant, number);
CREATE TRIGGER reg_notice_keep_d BEFORE DELETE ON reg_notice FOR EACH ROW EXECUTE FUNCTION db_refuse('a public notice is never removed');
CREATE TRIGGER reg_notice_keep_u BEFORE UPDATE ON reg_notice FOR EACH ROW WHEN (OLD.ended IS NOT NULL OR (NEW.tenant, NEW.case_id, NEW.n, NEW.number, NEW.from_day, NEW.until_day)
	IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.n, OLD.number, OLD.from_day, OLD.until_day)) EXECUTE FUNCTION db_refuse('a public notice ends once and is never changed');
CREATE TRIGGER reg_notice_keep_t BEFORE TRUNCATE ON reg_notice FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a public notice is never removed');
