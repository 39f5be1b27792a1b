-- Sweeps over all stored files, and what they found. Never changed, never removed.
CREATE TABLE fixity_sweep (
	id TEXT PRIMARY KEY, begun TEXT NOT NULL, ended TEXT NOT NULL,
	files INTEGER NOT NULL, bytes INTEGER NOT NULL, damaged INTEGER NOT NULL, orphans INTEGER NOT NULL
) STRICT;
CREATE TABLE fixity_finding (
	sweep TEXT NOT NULL, n INTEGER NOT NULL,
	owner TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, file TEXT NOT NULL, -- owner: tenant, or message
	problem TEXT NOT NULL,
	PRIMARY KEY (sweep, n)
) STRICT;
CREATE TRIGGER fixity_sweep_u BEFORE UPDATE ON fixity_sweep BEGIN SELECT RAISE(ABORT, 'sweeps are never changed'); END;
CREATE TRIGGER fixity_sweep_d BEFORE DELETE ON fixity_sweep BEGIN SELECT RAISE(ABORT, 'sweeps are never removed'); END;
CREATE TRIGGER fixity_finding_u BEFORE UPDATE ON fixity_finding BEGIN SELECT RAISE(ABORT, 'findings are never changed'); END;
CREATE TRIGGER fixity_finding_d BEFORE DELETE ON fixity_finding BEGIN SELECT RAISE(ABORT, 'findings are never removed'); END;
