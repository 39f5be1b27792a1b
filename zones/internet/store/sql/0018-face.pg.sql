-- What the face comparison 人脸比对 said of a party of an application, sealed as it was signed; it speaks of one form. It goes to the registry with the signature.
CREATE TABLE application_face (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	result TEXT NOT NULL, form_digest TEXT NOT NULL, matches BIGINT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);
