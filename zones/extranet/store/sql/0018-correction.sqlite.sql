-- 补正: what was asked for, item by item, and what stood before the answer. A replaced material stays, with the round that ended it.
CREATE TABLE reg_correction (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, round INTEGER NOT NULL CHECK (round > 0),
	items TEXT NOT NULL,                               -- JSON [{"kind","code","text"}]
	asked_at TEXT NOT NULL, who TEXT NOT NULL,
	answered_at TEXT,
	form TEXT,                                         -- sealed canonical form that stood until the answer
	PRIMARY KEY (tenant, case_id, round),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
) STRICT;
CREATE TRIGGER reg_correction_keep_u BEFORE UPDATE ON reg_correction
	WHEN (NEW.tenant, NEW.case_id, NEW.round, NEW.items, NEW.asked_at, NEW.who) IS NOT (OLD.tenant, OLD.case_id, OLD.round, OLD.items, OLD.asked_at, OLD.who)
		OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at)
	BEGIN SELECT RAISE(ABORT, 'what was asked for is never changed'); END;
CREATE TRIGGER reg_correction_keep_d BEFORE DELETE ON reg_correction BEGIN SELECT RAISE(ABORT, 'what was asked for is never removed'); END;
ALTER TABLE reg_material ADD COLUMN round INTEGER NOT NULL DEFAULT 0;  -- it came with this answer; 0: with the application
ALTER TABLE reg_material ADD COLUMN until_round INTEGER;               -- replaced by this answer; NULL: it stands
