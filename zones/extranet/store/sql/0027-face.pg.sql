-- Face comparisons 人脸比对 that came with an application, as they were signed: one for each time a party signed. Never changed, never removed.
CREATE TABLE reg_face (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL, nonce TEXT NOT NULL,
	score BIGINT NOT NULL, at TEXT NOT NULL,
	statement TEXT NOT NULL,                           -- sealed: it names the person
	signature TEXT NOT NULL, certificate TEXT NOT NULL,
	PRIMARY KEY (tenant, nonce)
);
CREATE INDEX reg_face_case ON reg_face (tenant, case_id, n);
CREATE TRIGGER reg_face_keep_d BEFORE DELETE ON reg_face FOR EACH ROW EXECUTE FUNCTION db_refuse('a comparison is never removed');
CREATE TRIGGER reg_face_keep_u BEFORE UPDATE ON reg_face FOR EACH ROW WHEN ((NEW.tenant, NEW.case_id, NEW.n, NEW.nonce, NEW.score, NEW.at, NEW.signature, NEW.certificate)
	IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.n, OLD.nonce, OLD.score, OLD.at, OLD.signature, OLD.certificate)) EXECUTE FUNCTION db_refuse('a comparison is never changed');
CREATE TRIGGER reg_face_keep_t BEFORE TRUNCATE ON reg_face FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a comparison is never removed');
