-- What the authority 法人认证与授权委托 said of who acts for a party of an application, sealed as it was signed; it speaks of one form. It goes to the
-- registry with the signature. principal_index: of the party where another signs for it, so that who is acted for sees it.
CREATE TABLE application_mandate (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	result TEXT NOT NULL, form_digest TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);
ALTER TABLE application_party ADD COLUMN principal_index TEXT NOT NULL DEFAULT '';
CREATE INDEX application_party_principal ON application_party (tenant, principal_index) WHERE principal_index <> '';
