-- 重复缴款: money that the payment platform took for a fee or taxes which were settled another way before its receipt came here (paid at the window, entered by
-- hand, waived). It does not count; the office's sealed order sends it back, and the platform's receipt of that stands beside it.
CREATE TABLE reg_surplus (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	number TEXT NOT NULL,                              -- of the notice or tax round it was paid under
	payment TEXT NOT NULL,                             -- the platform's number
	amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
	why TEXT NOT NULL,                                 -- state of fee or tax when it came
	paid_at TEXT NOT NULL, at TEXT NOT NULL,
	refund TEXT NOT NULL DEFAULT '', refunded_at TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, payment)
) STRICT;
CREATE INDEX reg_surplus_case ON reg_surplus (tenant, case_id, number);
