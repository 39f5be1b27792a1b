-- People, organisations, roles and sessions of one zone's service. tenant: division served, 000000 for the platform's own people.
-- Names and identity numbers are sealed by the vault; id_index finds a person.
CREATE TABLE organisation (
	tenant TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('office','department','bank','developer','agent','other')),
	disabled BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, code)
);
-- Roles that administrators made; the built-in ones are the zone's own table.
CREATE TABLE role (
	tenant TEXT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
	permissions TEXT NOT NULL,                         -- separated by spaces
	PRIMARY KEY (tenant, code)
);
CREATE TABLE account (
	tenant TEXT NOT NULL, id TEXT NOT NULL, login TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL DEFAULT '',
	roles TEXT NOT NULL,                               -- codes separated by spaces
	name TEXT NOT NULL, id_number TEXT NOT NULL, id_index TEXT NOT NULL, password TEXT NOT NULL,
	disabled BIGINT NOT NULL DEFAULT 0, created TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
);
CREATE TABLE session (                                 -- digest: of the cookie, which is never stored
	digest BYTEA PRIMARY KEY, tenant TEXT NOT NULL, account TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
	address TEXT NOT NULL,
	FOREIGN KEY (tenant, account) REFERENCES account (tenant, id)
);
CREATE INDEX session_account ON session (tenant, account, created_at);
-- Failures per user name and address (their digest): another address of the same user is not locked out by them.
CREATE TABLE login_failure (key BYTEA PRIMARY KEY, failures BIGINT NOT NULL, last_at BIGINT NOT NULL);
-- Who looked at what in full, and why: kept for the holder of the data. Never changed, never removed.
CREATE TABLE look (
	tenant TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, login TEXT NOT NULL, role TEXT NOT NULL, organisation TEXT NOT NULL,
	subject TEXT NOT NULL, reason TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX look_subject ON look (tenant, subject);
CREATE TRIGGER look_keep_u BEFORE UPDATE ON look FOR EACH ROW EXECUTE FUNCTION db_refuse('looks are never changed');
CREATE TRIGGER look_keep_d BEFORE DELETE ON look FOR EACH ROW EXECUTE FUNCTION db_refuse('looks are never removed');
CREATE TRIGGER look_keep_t BEFORE TRUNCATE ON look FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('looks are never removed');
