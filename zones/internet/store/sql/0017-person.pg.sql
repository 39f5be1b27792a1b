-- People who registered here with a mobile number (their account is in account), what was proved of them since, the codes sent to them, and which version of
-- the user notice 用户须知 each account accepted.
CREATE TABLE person (
	tenant TEXT NOT NULL, account TEXT NOT NULL,
	phone TEXT NOT NULL, phone_index TEXT NOT NULL,
	level TEXT NOT NULL CHECK (level IN ('phone','window','face')),  -- who the person is: nobody knows yet, seen at the window, face compared
	at TEXT NOT NULL, proved_at TEXT NOT NULL DEFAULT '', proved_by TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, account)
);
CREATE UNIQUE INDEX person_phone ON person (tenant, phone_index);
CREATE TABLE sms_code (                                              -- the newest code of a number for a purpose; code: its keyed digest
	tenant TEXT NOT NULL, purpose TEXT NOT NULL CHECK (purpose IN ('register','recover')), phone_index TEXT NOT NULL,
	code TEXT NOT NULL, made_at BIGINT NOT NULL, tries BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, purpose, phone_index)
);
CREATE TABLE sms_out (                                               -- short messages on their way; number and words are gone once one was sent or given up
	tenant TEXT NOT NULL, id TEXT NOT NULL, template TEXT NOT NULL, phone TEXT NOT NULL, words TEXT NOT NULL,
	state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting','sent','given-up')),
	tries BIGINT NOT NULL DEFAULT 0, made_at BIGINT NOT NULL, next_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX sms_out_due ON sms_out (next_at) WHERE state = 'waiting';
CREATE TABLE notice_acceptance (
	tenant TEXT NOT NULL, account TEXT NOT NULL, version BIGINT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, account, version)
);
CREATE TRIGGER notice_acceptance_keep_u BEFORE UPDATE ON notice_acceptance FOR EACH ROW EXECUTE FUNCTION db_refuse('what was accepted is never changed');
CREATE TRIGGER notice_acceptance_keep_d BEFORE DELETE ON notice_acceptance FOR EACH ROW EXECUTE FUNCTION db_refuse('what was accepted is never removed');
CREATE TRIGGER notice_acceptance_keep_t BEFORE TRUNCATE ON notice_acceptance FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('what was accepted is never removed');
