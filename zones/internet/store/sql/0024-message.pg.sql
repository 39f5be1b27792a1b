-- What the portal's desk tells applicants in the site, and who has seen it; what stands still is found by its state and age.
CREATE TABLE application_message (
	tenant TEXT NOT NULL, id TEXT NOT NULL, application TEXT NOT NULL,
	template TEXT NOT NULL,                                  -- domain/template.h
	text TEXT NOT NULL,                                      -- sealed: what the operator adds; '' nothing
	at TEXT NOT NULL, told_by TEXT NOT NULL,
	sms BIGINT NOT NULL,                                   -- how many short messages went with it
	PRIMARY KEY (tenant, id),
	FOREIGN KEY (tenant, application) REFERENCES application (tenant, id) ON DELETE CASCADE
);
CREATE INDEX application_message_application ON application_message (tenant, application, at);
CREATE TABLE message_seen (
	tenant TEXT NOT NULL, message TEXT NOT NULL, account TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, message, account),
	FOREIGN KEY (tenant, message) REFERENCES application_message (tenant, id) ON DELETE CASCADE
);
CREATE INDEX application_state ON application (tenant, state, updated_at);
