-- 税款核定 again, behind a step back: each assessment is a row. What it says is due altogether, and of that what is to be paid or goes back beside what was
-- paid before.
DROP INDEX reg_tax_due_number;
DROP INDEX reg_tax_due_payment;
ALTER TABLE reg_tax_due RENAME TO reg_tax_due_once;
CREATE TABLE reg_tax_due (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n INTEGER NOT NULL CHECK (n > 0),
	number TEXT NOT NULL,                                    -- what is paid under
	declaration TEXT NOT NULL,                               -- the tax office's own number 申报序号
	assessed_cents INTEGER NOT NULL CHECK (assessed_cents >= 0), -- due altogether; 0 where a case ended
	back INTEGER NOT NULL CHECK (back IN (0, 1)),            -- the difference goes back
	amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0), -- the difference
	state TEXT NOT NULL CHECK (state IN ('due','paid','elsewhere','covered','cancelled','refund','refunded')),
	at TEXT NOT NULL,                                        -- of the state
	assessed_by TEXT NOT NULL, assessed_at TEXT NOT NULL,
	payment TEXT NOT NULL,                                   -- the platform's receipt, or the voucher that was entered by hand; '' none
	refund TEXT NOT NULL,                                    -- receipt of the refund; '' none
	PRIMARY KEY (tenant, case_id, n)
) STRICT;
INSERT INTO reg_tax_due SELECT tenant, case_id, 1, number, declaration, amount_cents, 0, amount_cents, state, at, assessed_by, at, payment, refund FROM reg_tax_due_once;
DROP TABLE reg_tax_due_once;
CREATE UNIQUE INDEX reg_tax_due_number ON reg_tax_due (tenant, number);
CREATE UNIQUE INDEX reg_tax_due_payment ON reg_tax_due (tenant, payment) WHERE payment <> '';
CREATE UNIQUE INDEX reg_tax_due_refund ON reg_tax_due (tenant, refund) WHERE refund <> '';
CREATE TRIGGER reg_tax_due_keep BEFORE DELETE ON reg_tax_due BEGIN SELECT RAISE(ABORT, 'an assessment is kept'); END;
CREATE TRIGGER reg_tax_due_fixed BEFORE UPDATE ON reg_tax_due WHEN (NEW.number,NEW.declaration,NEW.assessed_cents,NEW.back,NEW.amount_cents,NEW.assessed_by,NEW.assessed_at) IS NOT (OLD.number,OLD.declaration,OLD.assessed_cents,OLD.back,OLD.amount_cents,OLD.assessed_by,OLD.assessed_at)
BEGIN SELECT RAISE(ABORT, 'what was assessed is kept'); END;
