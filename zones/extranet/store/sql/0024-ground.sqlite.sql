-- The legal ground 法定事由 of a step that stops a case; '' where none is needed.
ALTER TABLE reg_step ADD COLUMN ground TEXT NOT NULL DEFAULT '';
-- 撤销完税登记: a voucher that was taken back with the step that entered it 退回. It may be entered again.
CREATE TABLE reg_tax_void (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL,
	voucher TEXT NOT NULL, amount_cents INTEGER NOT NULL, paid_on TEXT NOT NULL, entered_by TEXT NOT NULL, at TEXT NOT NULL,
	voided_by TEXT NOT NULL, voided_at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, n),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
) STRICT;
CREATE TRIGGER reg_tax_void_keep_u BEFORE UPDATE ON reg_tax_void BEGIN SELECT RAISE(ABORT, 'voided vouchers are never changed'); END;
CREATE TRIGGER reg_tax_void_keep_d BEFORE DELETE ON reg_tax_void BEGIN SELECT RAISE(ABORT, 'voided vouchers are never removed'); END;
