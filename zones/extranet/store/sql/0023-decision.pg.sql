-- 决定: every act of the office's people on a case, as canonical text, signed with the person's own key. `step` is the row of reg_step it made.
CREATE TABLE reg_decision (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, step BIGINT NOT NULL,
	act TEXT NOT NULL, who TEXT NOT NULL,
	body TEXT NOT NULL,                                -- the bytes that were signed
	signature TEXT NOT NULL,                           -- base64
	certificate TEXT NOT NULL,                         -- PEM, below the zone's CA
	PRIMARY KEY (tenant, case_id, step),
	FOREIGN KEY (tenant, case_id, step) REFERENCES reg_step (tenant, case_id, n)
);
CREATE TRIGGER reg_decision_keep_u BEFORE UPDATE ON reg_decision FOR EACH ROW EXECUTE FUNCTION db_refuse('decisions are never changed');
CREATE TRIGGER reg_decision_keep_d BEFORE DELETE ON reg_decision FOR EACH ROW EXECUTE FUNCTION db_refuse('decisions are never removed');
CREATE TRIGGER reg_decision_keep_t BEFORE TRUNCATE ON reg_decision FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('decisions are never removed');
