-- Changes of the calendar of working days: one person asks, another decides.
CREATE TABLE reg_calendar_ask (
	tenant TEXT NOT NULL, n INTEGER NOT NULL,
	day TEXT NOT NULL,
	act TEXT NOT NULL CHECK (act IN ('work','off','weekday')),  -- worked, a day off, as its weekday says
	name TEXT NOT NULL,
	asked_by TEXT NOT NULL, asked_at TEXT NOT NULL,
	decided_by TEXT, decided_at TEXT, agreed INTEGER CHECK (agreed IN (0, 1)),
	PRIMARY KEY (tenant, n),
	CHECK (decided_by IS NULL OR decided_by <> asked_by),
	CHECK ((decided_by IS NULL) = (agreed IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX reg_calendar_open ON reg_calendar_ask (tenant, day) WHERE decided_by IS NULL;
CREATE TRIGGER reg_calendar_once BEFORE UPDATE ON reg_calendar_ask WHEN OLD.decided_by IS NOT NULL OR (NEW.tenant, NEW.n, NEW.day, NEW.act, NEW.name, NEW.asked_by, NEW.asked_at)
	IS NOT (OLD.tenant, OLD.n, OLD.day, OLD.act, OLD.name, OLD.asked_by, OLD.asked_at)
	BEGIN SELECT RAISE(ABORT, 'what was asked and decided is not changed'); END;
CREATE TRIGGER reg_calendar_keep BEFORE DELETE ON reg_calendar_ask BEGIN SELECT RAISE(ABORT, 'what was asked is kept'); END;
