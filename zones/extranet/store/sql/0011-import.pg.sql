-- An existing register that is taken in: each record of its files with what became of it. What a record held is sealed until it is in the book or refused, and gone then.
CREATE TABLE import_run (
	tenant TEXT NOT NULL, run TEXT NOT NULL,           -- run: digest over mapping and files
	origin TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('reading','writing','done')),
	PRIMARY KEY (tenant, run)
);
CREATE TABLE import_record (
	tenant TEXT NOT NULL, run TEXT NOT NULL, source TEXT NOT NULL, n BIGINT NOT NULL, line BIGINT NOT NULL, -- n: number of the record in its source
	unit TEXT NOT NULL, content TEXT NOT NULL,         -- content: sealed rows, '' when they are not needed any more
	state TEXT NOT NULL CHECK (state IN ('read','taken','refused')),
	col TEXT NOT NULL, reason TEXT NOT NULL, ywh TEXT NOT NULL, -- ywh: the entry that took it
	PRIMARY KEY (tenant, run, source, n), FOREIGN KEY (tenant, run) REFERENCES import_run (tenant, run)
);
CREATE INDEX import_record_unit ON import_record (tenant, run, state, unit);
CREATE INDEX import_record_entry ON import_record (tenant, ywh);
