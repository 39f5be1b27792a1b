-- Accounts of one zone's service. Names and identity numbers are sealed by the vault.
CREATE TABLE account (
	tenant TEXT NOT NULL, id TEXT NOT NULL, user TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
	name TEXT NOT NULL, id_number TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL,
	disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
	PRIMARY KEY (tenant, id)
) STRICT;
-- Digests of the cookies only: who reads the table opens no session. Times in milliseconds.
CREATE TABLE session (
	tenant TEXT NOT NULL, digest BLOB NOT NULL PRIMARY KEY, account TEXT NOT NULL,
	created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
	FOREIGN KEY (tenant, account) REFERENCES account (tenant, id)
) STRICT;
CREATE INDEX session_account ON session (tenant, account, created_at);
-- Failed attempts; the key is the digest of user name and address, so that another address of the same user is not locked out.
CREATE TABLE login_failure (
	key BLOB NOT NULL PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL
) STRICT;
