-- Paying 缴费 at the payment platform: what is owed beside the fee (taxes 税款), orders, the platform's signed receipts, the office's orders to send money back.
CREATE TABLE application_tax (
	tenant TEXT NOT NULL, application TEXT NOT NULL,
	number TEXT NOT NULL, declaration TEXT NOT NULL,         -- the tax office's own number
	state TEXT NOT NULL, amount_cents BIGINT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application)
);
CREATE INDEX application_fee_number ON application_fee (tenant, number);
CREATE INDEX application_tax_number ON application_tax (tenant, number);
CREATE TABLE payment (
	tenant TEXT NOT NULL, id TEXT NOT NULL,                  -- the order's number at the platform
	application TEXT NOT NULL,
	lines TEXT NOT NULL,                                     -- [{"number","zh","en","amount_cents"}]
	state TEXT NOT NULL CHECK (state IN ('open','settled','closed')),
	opened_at TEXT NOT NULL, asked_at TEXT NOT NULL,         -- when the platform was asked last
	PRIMARY KEY (tenant, id)
);
CREATE INDEX payment_application ON payment (tenant, application);
CREATE INDEX payment_open ON payment (tenant, asked_at) WHERE state = 'open';
CREATE TABLE payment_receipt (
	tenant TEXT NOT NULL, number TEXT NOT NULL,              -- the platform's own: one receipt counts once
	application TEXT NOT NULL, item TEXT NOT NULL,           -- what was paid: the notice's number
	refund BIGINT NOT NULL, amount_cents BIGINT NOT NULL, at TEXT NOT NULL,
	receipt TEXT NOT NULL, signature TEXT NOT NULL, certificate TEXT NOT NULL,
	message TEXT NOT NULL,                                   -- fee.paid that carries it to the registry
	reason TEXT NOT NULL,                                    -- why the registry refused it; '' not
	PRIMARY KEY (tenant, number)
);
CREATE INDEX payment_receipt_application ON payment_receipt (tenant, application);
CREATE INDEX payment_receipt_message ON payment_receipt (tenant, message);
CREATE TABLE payment_refund (
	tenant TEXT NOT NULL, item TEXT NOT NULL, application TEXT NOT NULL,
	instruction TEXT NOT NULL, signature TEXT NOT NULL, seal_certificate TEXT NOT NULL,
	done BIGINT NOT NULL,
	PRIMARY KEY (tenant, item)
);
