-- E-mail 电子邮件: the address of an account, sealed; it counts once its holder has told the code that was sent to it. What an account wants no messages by.
-- Codes and messages on their way lie where those by short message do.
CREATE TABLE person_mail (
	tenant TEXT NOT NULL, account TEXT NOT NULL,
	address TEXT NOT NULL,                             -- sealed; '' none is confirmed
	pending TEXT NOT NULL,                             -- sealed, waits for its code; '' none
	confirmed_at TEXT NOT NULL,
	PRIMARY KEY (tenant, account)
);
CREATE TABLE person_off (
	tenant TEXT NOT NULL, account TEXT NOT NULL, channel TEXT NOT NULL CHECK (channel IN ('sms','mail')),
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, account, channel)
);
DROP TABLE sms_code;                                   -- codes of the last minutes
CREATE TABLE sms_code (                                -- the newest code of a number or address for a purpose; code: its keyed digest
	tenant TEXT NOT NULL, purpose TEXT NOT NULL CHECK (purpose IN ('register','recover','mail')), phone_index TEXT NOT NULL,
	code TEXT NOT NULL, made_at BIGINT NOT NULL, tries BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, purpose, phone_index)
);
ALTER TABLE sms_out ADD COLUMN channel TEXT NOT NULL DEFAULT 'sms' CHECK (channel IN ('sms','mail'));
