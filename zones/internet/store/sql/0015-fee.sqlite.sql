-- What the office says a case costs 缴费通知, as it stands: the newest message counts.
CREATE TABLE application_fee (
	tenant TEXT NOT NULL, application TEXT NOT NULL,
	number TEXT NOT NULL,                                    -- of the notice; '' when nothing is due
	state TEXT NOT NULL, amount_cents INTEGER NOT NULL,
	body TEXT NOT NULL,                                      -- {"table","reckoned","lines","reason","at"}
	PRIMARY KEY (tenant, application)
) STRICT;
