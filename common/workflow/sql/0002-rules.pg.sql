-- Review rules 审查规则 by version: a change is proposed by one person and decided by another; the text of a version is never changed.
CREATE TABLE rule_version (
	tenant TEXT NOT NULL, code TEXT NOT NULL, version BIGINT NOT NULL,
	content TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed','active','refused')),
	proposed_by TEXT NOT NULL, proposed_at TEXT NOT NULL, decided_by TEXT, decided_at TEXT,
	PRIMARY KEY (tenant, code, version),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by OR proposed_by = 'configuration')
);
-- What the rules said of a case at a decision, and on what: input is sealed.
CREATE TABLE rule_verdict (
	tenant TEXT NOT NULL, instance TEXT NOT NULL, n BIGINT NOT NULL,
	stage TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
	input TEXT NOT NULL, verdict TEXT NOT NULL,
	PRIMARY KEY (tenant, instance, n)
);
CREATE TRIGGER rule_version_keep BEFORE UPDATE ON rule_version FOR EACH ROW WHEN (OLD.state <> 'proposed' OR NEW.content <> OLD.content
	OR NEW.proposed_by <> OLD.proposed_by) EXECUTE FUNCTION db_refuse('a decided version is never changed');
CREATE TRIGGER rule_version_gone BEFORE DELETE ON rule_version FOR EACH ROW EXECUTE FUNCTION db_refuse('versions are never removed');
CREATE TRIGGER rule_version_empty BEFORE TRUNCATE ON rule_version FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('versions are never removed');
-- input is sealed and may be sealed anew.
CREATE TRIGGER rule_verdict_keep BEFORE UPDATE ON rule_verdict FOR EACH ROW WHEN ((NEW.tenant,NEW.instance,NEW.n,NEW.stage,NEW.at,NEW.who,NEW.verdict) IS DISTINCT FROM (OLD.tenant,OLD.instance,OLD.n,OLD.stage,OLD.at,OLD.who,OLD.verdict))
	EXECUTE FUNCTION db_refuse('verdicts are never changed');
CREATE TRIGGER rule_verdict_gone BEFORE DELETE ON rule_verdict FOR EACH ROW EXECUTE FUNCTION db_refuse('verdicts are never removed');
CREATE TRIGGER rule_verdict_empty BEFORE TRUNCATE ON rule_verdict FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('verdicts are never removed');
