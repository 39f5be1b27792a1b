-- Numbers asked to be declared void 作废: one person asks with a reason, another confirms, and the number is drawn then.
CREATE TABLE reg_void (
	tenant TEXT NOT NULL, n INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('title','proof')),
	reason TEXT NOT NULL CHECK (reason <> ''),
	asked_by TEXT NOT NULL, asked_at TEXT NOT NULL,
	confirmed_by TEXT, confirmed_at TEXT, number TEXT,
	PRIMARY KEY (tenant, n),
	CHECK (confirmed_by IS NULL OR confirmed_by <> asked_by),
	CHECK ((confirmed_by IS NULL) = (number IS NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL))
) STRICT;
CREATE TRIGGER reg_void_once BEFORE UPDATE ON reg_void WHEN OLD.number IS NOT NULL OR (NEW.tenant, NEW.n, NEW.kind, NEW.reason, NEW.asked_by, NEW.asked_at)
	IS NOT (OLD.tenant, OLD.n, OLD.kind, OLD.reason, OLD.asked_by, OLD.asked_at)
	BEGIN SELECT RAISE(ABORT, 'what was asked and confirmed is not changed'); END;
CREATE TRIGGER reg_void_keep BEFORE DELETE ON reg_void BEGIN SELECT RAISE(ABORT, 'what was asked is kept'); END;
