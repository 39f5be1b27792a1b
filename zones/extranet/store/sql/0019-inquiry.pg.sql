-- 查询记录: every question answered over the portal, kept for the holder of what was looked at. Never changed, never removed.
CREATE TABLE reg_inquiry (
	tenant TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, at_ms BIGINT NOT NULL, kind TEXT NOT NULL,
	person_index TEXT NOT NULL,                        -- who asked: blind index; '' for the public kinds
	person_mask TEXT NOT NULL, purpose TEXT NOT NULL,
	number TEXT NOT NULL, digest TEXT NOT NULL,        -- of the proof that was given; '' none
	PRIMARY KEY (tenant, id)
);
CREATE INDEX reg_inquiry_person ON reg_inquiry (tenant, person_index, at_ms);
CREATE INDEX reg_inquiry_number ON reg_inquiry (tenant, number) WHERE number <> '';
CREATE TABLE reg_inquiry_unit (                        -- what was shown
	tenant TEXT NOT NULL, id TEXT NOT NULL, unit_code TEXT NOT NULL,
	PRIMARY KEY (tenant, unit_code, id)
);
CREATE TRIGGER reg_inquiry_keep_u BEFORE UPDATE ON reg_inquiry FOR EACH ROW WHEN ((NEW.tenant, NEW.id, NEW.at, NEW.kind, NEW.person_mask, NEW.purpose, NEW.number, NEW.digest)
	IS DISTINCT FROM (OLD.tenant, OLD.id, OLD.at, OLD.kind, OLD.person_mask, OLD.purpose, OLD.number, OLD.digest)) EXECUTE FUNCTION db_refuse('who looked is never changed');
CREATE TRIGGER reg_inquiry_keep_d BEFORE DELETE ON reg_inquiry FOR EACH ROW EXECUTE FUNCTION db_refuse('who looked is never removed');
CREATE TRIGGER reg_inquiry_keep_t BEFORE TRUNCATE ON reg_inquiry FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('who looked is never removed');
CREATE TRIGGER reg_inquiry_unit_keep_d BEFORE DELETE ON reg_inquiry_unit FOR EACH ROW EXECUTE FUNCTION db_refuse('who looked is never removed');
CREATE TRIGGER reg_inquiry_unit_keep_t BEFORE TRUNCATE ON reg_inquiry_unit FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('who looked is never removed');
CREATE INDEX reg_party_person ON reg_party (tenant, id_index);
