-- 撤回 of what was handed in: the text that everybody signs who signed the application (it names the form by its digest, nobody's name), and who has signed it,
-- sealed. The last signature sends it to the registry, which alone takes the application back.
CREATE TABLE withdrawal (
	tenant TEXT NOT NULL, application TEXT NOT NULL, text TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('signing','sent','refused','dropped')),
	message TEXT NOT NULL DEFAULT '',                  -- that carried it
	reason TEXT NOT NULL DEFAULT '',                   -- of the registry's refusal
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, application)
);
CREATE INDEX withdrawal_message ON withdrawal (tenant, message) WHERE message <> '';
CREATE TABLE withdrawal_signature (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL, -- of application_party
	signature TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);
