-- What each party signed with 申请人电子签名: signature, own certificate, the identity platform's token, as they came; one for each time a party signed. Never changed, never removed.
CREATE TABLE reg_party_signature (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL, nonce TEXT NOT NULL,
	at TEXT NOT NULL,
	content TEXT NOT NULL,                             -- sealed: certificate and token name the person
	PRIMARY KEY (tenant, nonce)
);
CREATE INDEX reg_party_signature_case ON reg_party_signature (tenant, case_id, at);
CREATE TRIGGER reg_party_signature_keep_d BEFORE DELETE ON reg_party_signature FOR EACH ROW EXECUTE FUNCTION db_refuse('a signature is never removed');
CREATE TRIGGER reg_party_signature_keep_u BEFORE UPDATE ON reg_party_signature FOR EACH ROW WHEN ((NEW.tenant, NEW.case_id, NEW.n, NEW.nonce, NEW.at)
	IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.n, OLD.nonce, OLD.at)) EXECUTE FUNCTION db_refuse('a signature is never changed');
CREATE TRIGGER reg_party_signature_keep_t BEFORE TRUNCATE ON reg_party_signature FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a signature is never removed');
-- Numbers of 登记信息证明 as they were taken: each is on a proof that was given, or void; a program that ended between the two leaves it reserved, and voids it when it starts again.
CREATE TABLE reg_proof_number (
	tenant TEXT NOT NULL, number TEXT NOT NULL, query TEXT NOT NULL, at TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('reserved','given','void')), reason TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, number)
);
CREATE INDEX reg_proof_number_open ON reg_proof_number (tenant) WHERE state = 'reserved';
CREATE TRIGGER reg_proof_number_keep_d BEFORE DELETE ON reg_proof_number FOR EACH ROW EXECUTE FUNCTION db_refuse('a number is never removed');
CREATE TRIGGER reg_proof_number_keep_u BEFORE UPDATE ON reg_proof_number FOR EACH ROW WHEN (OLD.state <> 'reserved' OR (NEW.tenant, NEW.number, NEW.query, NEW.at) IS DISTINCT FROM
	(OLD.tenant, OLD.number, OLD.query, OLD.at)) EXECUTE FUNCTION db_refuse('a number is settled once');
CREATE TRIGGER reg_proof_number_keep_t BEFORE TRUNCATE ON reg_proof_number FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a number is never removed');
