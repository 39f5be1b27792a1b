-- 补正: what was asked for, item by item, and what stood before the answer. A replaced material stays, with the round that ended it.
CREATE TABLE reg_correction (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, round BIGINT NOT NULL CHECK (round > 0),
	items TEXT NOT NULL,                               -- JSON [{"kind","code","text"}]
	asked_at TEXT NOT NULL, who TEXT NOT NULL,
	answered_at TEXT,
	form TEXT,                                         -- sealed canonical form that stood until the answer
	PRIMARY KEY (tenant, case_id, round),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
);
CREATE TRIGGER reg_correction_keep_u BEFORE UPDATE ON reg_correction FOR EACH ROW
	WHEN ((NEW.tenant, NEW.case_id, NEW.round, NEW.items, NEW.asked_at, NEW.who) IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.round, OLD.items, OLD.asked_at, OLD.who)
		OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at))
	EXECUTE FUNCTION db_refuse('what was asked for is never changed');
CREATE TRIGGER reg_correction_keep_d BEFORE DELETE ON reg_correction FOR EACH ROW EXECUTE FUNCTION db_refuse('what was asked for is never removed');
CREATE TRIGGER reg_correction_keep_t BEFORE TRUNCATE ON reg_correction FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('what was asked for is never removed');
ALTER TABLE reg_material ADD COLUMN round BIGINT NOT NULL DEFAULT 0;  -- it came with this answer; 0: with the application
ALTER TABLE reg_material ADD COLUMN until_round BIGINT;               -- replaced by this answer; NULL: it stands
