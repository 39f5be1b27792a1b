-- What who signs for a party answered before signing 询问笔录, sealed: {"signer","record"}. One answer of the signer stands in the rows of all parties that
-- the person signs for. form_digest: of the form it was answered for; for another form it is only offered again.
CREATE TABLE application_answers (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	answers TEXT NOT NULL, form_digest TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);
