-- 一窗受理: what the departments of trade and of taxes are told of a case, in its order; each taken once, by a receipt of theirs. What is told is made of the
-- case when it is told: nothing of it stands here.
CREATE TABLE reg_push (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL, -- 1, 2 … of a case
	who TEXT NOT NULL CHECK (who IN ('trade','tax')),
	event TEXT NOT NULL CHECK (event IN ('accepted','changed','entered','ended')),
	at TEXT NOT NULL,
	taken_at TEXT NOT NULL, receipt TEXT NOT NULL,     -- '' not yet
	tries INTEGER NOT NULL, next_at INTEGER NOT NULL,            -- when it is told next
	error TEXT NOT NULL,                               -- of the last time; '' it was taken, or not told yet
	PRIMARY KEY (tenant, case_id, n),
	CHECK ((taken_at = '') = (receipt = ''))
) STRICT;
CREATE INDEX reg_push_due ON reg_push (tenant, next_at) WHERE taken_at = '';
CREATE TRIGGER reg_push_keep BEFORE UPDATE ON reg_push WHEN (NEW.tenant,NEW.case_id,NEW.n,NEW.who,NEW.event,NEW.at) IS NOT (OLD.tenant,OLD.case_id,OLD.n,OLD.who,OLD.event,OLD.at)
	OR OLD.taken_at <> '' BEGIN SELECT RAISE(ABORT, 'what a department took is never changed'); END;
CREATE TRIGGER reg_push_gone BEFORE DELETE ON reg_push BEGIN SELECT RAISE(ABORT, 'what a department is told is kept'); END;
