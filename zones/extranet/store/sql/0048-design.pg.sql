-- Businesses designed in the browser 业务设计, by version: proposed by one person, decided by another; the text of a version is never changed. What was agreed to is
-- published (flow_definition).
CREATE TABLE business_design (
	tenant TEXT NOT NULL, code TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0),
	content TEXT NOT NULL,                                   -- {"business.yaml","form.json","process.bpmn"}
	state TEXT NOT NULL CHECK (state IN ('proposed','active','refused')),
	proposed_by TEXT NOT NULL, proposed_at TEXT NOT NULL, decided_by TEXT, decided_at TEXT,
	PRIMARY KEY (tenant, code, version),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE TRIGGER business_design_keep BEFORE UPDATE ON business_design FOR EACH ROW WHEN (OLD.state <> 'proposed' OR (NEW.tenant,NEW.code,NEW.version,NEW.content,NEW.proposed_by,NEW.proposed_at)
	IS DISTINCT FROM (OLD.tenant,OLD.code,OLD.version,OLD.content,OLD.proposed_by,OLD.proposed_at)) EXECUTE FUNCTION db_refuse('a decided version is never changed');
CREATE TRIGGER business_design_gone BEFORE DELETE ON business_design FOR EACH ROW EXECUTE FUNCTION db_refuse('versions are never removed');
CREATE TRIGGER business_design_empty BEFORE TRUNCATE ON business_design FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('versions are never removed');
