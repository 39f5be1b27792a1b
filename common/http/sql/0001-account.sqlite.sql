-- People, organisations, roles and sessions of one zone's service. tenant: division served, 000000 for the platform's own people.
-- Names and identity numbers are sealed by the vault; id_index finds a person.
CREATE TABLE organisation (
	tenant TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('office','department','bank','developer','agent','other')),
	disabled INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, code)
) STRICT;
-- Roles that administrators made; the built-in ones are the zone's own table.
CREATE TABLE role (
	tenant TEXT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
	permissions TEXT NOT NULL,                         -- separated by spaces
	PRIMARY KEY (tenant, code)
) STRICT;
CREATE TABLE account (
	tenant TEXT NOT NULL, id TEXT NOT NULL, login TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL DEFAULT '',
	roles TEXT NOT NULL,                               -- codes separated by spaces
	name TEXT NOT NULL, id_number TEXT NOT NULL, id_index TEXT NOT NULL, password TEXT NOT NULL,
	disabled INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE TABLE session (                                 -- digest: of the cookie, which is never stored
	digest BLOB PRIMARY KEY, tenant TEXT NOT NULL, account TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
	address TEXT NOT NULL,
	FOREIGN KEY (tenant, account) REFERENCES account (tenant, id)
) STRICT;
CREATE INDEX session_account ON session (tenant, account, created_at);
-- Failures per user name and address (their digest): another address of the same user is not locked out by them.
CREATE TABLE login_failure (key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;
-- Who looked at what in full, and why: kept for the holder of the data. Never changed, never removed.
CREATE TABLE look (
	tenant TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, login TEXT NOT NULL, role TEXT NOT NULL, organisation TEXT NOT NULL,
	subject TEXT NOT NULL, reason TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX look_subject ON look (tenant, subject);
CREATE TRIGGER look_keep_u BEFORE UPDATE ON look BEGIN SELECT RAISE(ABORT, 'looks are never changed'); END;
CREATE TRIGGER look_keep_d BEFORE DELETE ON look BEGIN SELECT RAISE(ABORT, 'looks are never removed'); END;
