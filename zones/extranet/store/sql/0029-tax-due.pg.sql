-- Taxes 税款 as the tax office assessed them 核定, where they are paid together with the fee 统缴; the voucher of what was paid stands in reg_tax.
CREATE TABLE reg_tax_due (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	number TEXT NOT NULL,                                    -- what is paid under
	declaration TEXT NOT NULL,                               -- the tax office's own number 申报序号
	amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
	state TEXT NOT NULL CHECK (state IN ('due','paid','elsewhere','cancelled','refund','refunded')),
	at TEXT NOT NULL,                                        -- of the state
	assessed_by TEXT NOT NULL,
	payment TEXT NOT NULL,                                   -- the platform's receipt, or the voucher that was entered by hand; '' none
	refund TEXT NOT NULL,                                    -- receipt of the refund; '' none
	PRIMARY KEY (tenant, case_id)
);
CREATE UNIQUE INDEX reg_tax_due_number ON reg_tax_due (tenant, number);
CREATE UNIQUE INDEX reg_tax_due_payment ON reg_tax_due (tenant, payment) WHERE payment <> '';
