-- The legal ground 法定事由 of a step that stops a case; '' where none is needed.
ALTER TABLE reg_step ADD COLUMN ground TEXT NOT NULL DEFAULT '';
-- 撤销完税登记: a voucher that was taken back with the step that entered it 退回. It may be entered again.
CREATE TABLE reg_tax_void (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	voucher TEXT NOT NULL, amount_cents BIGINT NOT NULL, paid_on TEXT NOT NULL, entered_by TEXT NOT NULL, at TEXT NOT NULL,
	voided_by TEXT NOT NULL, voided_at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, n),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
);
CREATE TRIGGER reg_tax_void_keep_u BEFORE UPDATE ON reg_tax_void FOR EACH ROW EXECUTE FUNCTION db_refuse('voided vouchers are never changed');
CREATE TRIGGER reg_tax_void_keep_d BEFORE DELETE ON reg_tax_void FOR EACH ROW EXECUTE FUNCTION db_refuse('voided vouchers are never removed');
CREATE TRIGGER reg_tax_void_keep_t BEFORE TRUNCATE ON reg_tax_void FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('voided vouchers are never removed');
