-- Review rules 审查规则 by version: a change is proposed by one person and decided by another; the text of a version is never changed.
CREATE TABLE rule_version (
	tenant TEXT NOT NULL, code TEXT NOT NULL, version INTEGER NOT NULL,
	content TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed','active','refused')),
	proposed_by TEXT NOT NULL, proposed_at TEXT NOT NULL, decided_by TEXT, decided_at TEXT,
	PRIMARY KEY (tenant, code, version),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by OR proposed_by = 'configuration')
) STRICT;
-- What the rules said of a case at a decision, and on what: input is sealed.
CREATE TABLE rule_verdict (
	tenant TEXT NOT NULL, instance TEXT NOT NULL, n INTEGER NOT NULL,
	stage TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
	input TEXT NOT NULL, verdict TEXT NOT NULL,
	PRIMARY KEY (tenant, instance, n)
) STRICT;
CREATE TRIGGER rule_version_keep BEFORE UPDATE ON rule_version WHEN OLD.state <> 'proposed' OR NEW.content <> OLD.content
	OR NEW.proposed_by <> OLD.proposed_by BEGIN SELECT RAISE(ABORT, 'a decided version is never changed'); END;
CREATE TRIGGER rule_version_gone BEFORE DELETE ON rule_version BEGIN SELECT RAISE(ABORT, 'versions are never removed'); END;
-- input is sealed and may be sealed anew.
CREATE TRIGGER rule_verdict_keep BEFORE UPDATE ON rule_verdict WHEN (NEW.tenant,NEW.instance,NEW.n,NEW.stage,NEW.at,NEW.who,NEW.verdict) IS NOT (OLD.tenant,OLD.instance,OLD.n,OLD.stage,OLD.at,OLD.who,OLD.verdict)
	BEGIN SELECT RAISE(ABORT, 'verdicts are never changed'); END;
CREATE TRIGGER rule_verdict_gone BEFORE DELETE ON rule_verdict BEGIN SELECT RAISE(ABORT, 'verdicts are never removed'); END;
