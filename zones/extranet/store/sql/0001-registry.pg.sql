-- Cases 办件. Names and numbers are sealed by the vault (AEAD, key id in each value); *_mask is what screens show; *_index is the blind index.
CREATE TABLE reg_case (
	tenant TEXT NOT NULL, id TEXT NOT NULL,            -- id: the portal's application (UUIDv7)
	number TEXT NOT NULL,                              -- 业务号: division + date + running number
	business TEXT NOT NULL, business_version BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('submitted','accepted','correction','rejected','tax','cadastral','review','entry',
		'certificate','delivered','archived','withdrawn','refused')),
	version BIGINT NOT NULL,
	unit_code TEXT NOT NULL, location TEXT NOT NULL,
	applicant_mask TEXT NOT NULL,
	form TEXT NOT NULL,                                -- sealed canonical form that the parties signed
	received_at TEXT NOT NULL, deadline TEXT,          -- 受理 starts the legal term, working days
	reviewer TEXT, cadastral TEXT,                     -- 初审人; result of the cadastral review (JSON) when passed
	note TEXT,
	PRIMARY KEY (tenant, id), UNIQUE (tenant, number)
);
CREATE INDEX reg_case_state ON reg_case (tenant, state, number);

CREATE TABLE reg_party (                               -- 权利人 / 义务人 of a case
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	role TEXT NOT NULL, name TEXT NOT NULL, name_mask TEXT NOT NULL,
	id_kind TEXT NOT NULL, id_number TEXT NOT NULL, id_mask TEXT NOT NULL, id_index TEXT NOT NULL,
	share_num BIGINT NOT NULL CHECK (share_num > 0), share_den BIGINT NOT NULL CHECK (share_den >= share_num),
	signed_at TEXT NOT NULL, person_certificate TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, n),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
);

CREATE TABLE reg_identity_nonce (                      -- each token of the identity platform is taken once
	tenant TEXT NOT NULL, nonce TEXT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (tenant, nonce)
);

CREATE TABLE reg_material (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	code TEXT NOT NULL, name TEXT NOT NULL, media TEXT NOT NULL,
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, n)
);

CREATE TABLE reg_step (                                -- every step of a case, never changed
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	state TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, n)
);

CREATE TABLE reg_tax (                                 -- 完税 voucher; without it no entry where tax is due
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, voucher TEXT NOT NULL, amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
	paid_on TEXT NOT NULL, entered_by TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id), UNIQUE (tenant, voucher)
);

CREATE TABLE reg_graphics (                            -- window uploads on their way to the intranet; opaque here, removed after its receipt
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	name TEXT NOT NULL, size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL,
	at TEXT NOT NULL, removed_at TEXT,
	PRIMARY KEY (tenant, case_id, n)
);
CREATE INDEX reg_graphics_held ON reg_graphics (tenant, case_id) WHERE removed_at IS NULL;

CREATE TABLE reg_series (                              -- running numbers per office, kind and year or day
	tenant TEXT NOT NULL, kind TEXT NOT NULL, period TEXT NOT NULL, next BIGINT NOT NULL,
	PRIMARY KEY (tenant, kind, period)
);

CREATE TRIGGER reg_step_keep_u BEFORE UPDATE ON reg_step FOR EACH ROW EXECUTE FUNCTION db_refuse('steps are never changed');
CREATE TRIGGER reg_step_keep_d BEFORE DELETE ON reg_step FOR EACH ROW EXECUTE FUNCTION db_refuse('steps are never removed');
CREATE TRIGGER reg_step_keep_t BEFORE TRUNCATE ON reg_step FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('steps are never removed');
