-- Statements 法人认证与授权委托 by which an agent signed for a party of a case, as the authority signed them: one for each time. Never changed, never removed.
CREATE TABLE reg_mandate (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL, nonce TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('representative','power')), power TEXT NOT NULL,
	businesses TEXT NOT NULL, units TEXT NOT NULL,     -- JSON lists; ["*"] all
	valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, at TEXT NOT NULL,
	statement TEXT NOT NULL,                           -- sealed: it names the persons
	signature TEXT NOT NULL, certificate TEXT NOT NULL,
	PRIMARY KEY (tenant, nonce)
);
CREATE INDEX reg_mandate_case ON reg_mandate (tenant, case_id, n);
CREATE TRIGGER reg_mandate_keep_d BEFORE DELETE ON reg_mandate FOR EACH ROW EXECUTE FUNCTION db_refuse('a statement of power is never removed');
CREATE TRIGGER reg_mandate_keep_u BEFORE UPDATE ON reg_mandate FOR EACH ROW WHEN ((NEW.tenant, NEW.case_id, NEW.n, NEW.nonce, NEW.kind, NEW.power, NEW.businesses, NEW.units, NEW.valid_from, NEW.valid_until, NEW.at, NEW.signature, NEW.certificate)
	IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.n, OLD.nonce, OLD.kind, OLD.power, OLD.businesses, OLD.units, OLD.valid_from, OLD.valid_until, OLD.at, OLD.signature, OLD.certificate)) EXECUTE FUNCTION db_refuse('a statement of power is never changed');
CREATE TRIGGER reg_mandate_keep_t BEFORE TRUNCATE ON reg_mandate FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a statement of power is never removed');
