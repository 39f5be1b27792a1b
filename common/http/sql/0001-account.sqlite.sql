-- Accounts of one zone's service. Names and identity numbers are sealed by the vault; id_index finds a person.
CREATE TABLE account (
	id TEXT PRIMARY KEY, user TEXT NOT NULL UNIQUE, role TEXT NOT NULL, office TEXT NOT NULL,
	name TEXT NOT NULL, id_number TEXT NOT NULL, id_index TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL
) STRICT;
CREATE TABLE session (
	digest BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id), created_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL
) STRICT;
-- Failures per user and address: another address of the same user is not locked out by them.
CREATE TABLE login_failure (
	user TEXT NOT NULL, address TEXT NOT NULL, failures INTEGER NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (user, address)
) STRICT;
