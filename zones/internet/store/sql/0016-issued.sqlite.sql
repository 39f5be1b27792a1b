-- Documents 文书 of an application as the office issued them: a sealed statement about two files, PDF and OFD.
CREATE TABLE application_document (
	tenant TEXT NOT NULL, application TEXT NOT NULL, number TEXT NOT NULL,
	kind TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, at TEXT NOT NULL,
	statement TEXT NOT NULL, signature TEXT NOT NULL, seal_certificate TEXT NOT NULL,
	PRIMARY KEY (tenant, application, number)
) STRICT;
CREATE TABLE application_document_file (
	tenant TEXT NOT NULL, application TEXT NOT NULL,
	name TEXT NOT NULL,                                      -- NUMBER.pdf, NUMBER.ofd
	size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, application, name)
) STRICT;
