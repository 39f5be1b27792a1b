-- What each party signed with 申请人电子签名: signature, own certificate, the identity platform's token, as they came; one for each time a party signed. Never changed, never removed.
CREATE TABLE reg_party_signature (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL, nonce TEXT NOT NULL,
	at TEXT NOT NULL,
	content TEXT NOT NULL,                             -- sealed: certificate and token name the person
	PRIMARY KEY (tenant, nonce)
) STRICT;
CREATE INDEX reg_party_signature_case ON reg_party_signature (tenant, case_id, at);
CREATE TRIGGER reg_party_signature_keep_d BEFORE DELETE ON reg_party_signature BEGIN SELECT RAISE(ABORT, 'a signature is never removed'); END;
CREATE TRIGGER reg_party_signature_keep_u BEFORE UPDATE ON reg_party_signature WHEN (NEW.tenant, NEW.case_id, NEW.n, NEW.nonce, NEW.at)
	IS NOT (OLD.tenant, OLD.case_id, OLD.n, OLD.nonce, OLD.at) BEGIN SELECT RAISE(ABORT, 'a signature is never changed'); END;
-- Numbers of 登记信息证明 as they were taken: each is on a proof that was given, or void; a program that ended between the two leaves it reserved, and voids it when it starts again.
CREATE TABLE reg_proof_number (
	tenant TEXT NOT NULL, number TEXT NOT NULL, query TEXT NOT NULL, at TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('reserved','given','void')), reason TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, number)
) STRICT;
CREATE INDEX reg_proof_number_open ON reg_proof_number (tenant) WHERE state = 'reserved';
CREATE TRIGGER reg_proof_number_keep_d BEFORE DELETE ON reg_proof_number BEGIN SELECT RAISE(ABORT, 'a number is never removed'); END;
CREATE TRIGGER reg_proof_number_keep_u BEFORE UPDATE ON reg_proof_number WHEN OLD.state <> 'reserved' OR (NEW.tenant, NEW.number, NEW.query, NEW.at) IS NOT (OLD.tenant, OLD.number, OLD.query, OLD.at)
	BEGIN SELECT RAISE(ABORT, 'a number is settled once'); END;
