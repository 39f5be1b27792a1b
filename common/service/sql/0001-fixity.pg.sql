-- Sweeps over all stored files, and what they found. Never changed, never removed.
CREATE TABLE fixity_sweep (
	id TEXT PRIMARY KEY, begun TEXT NOT NULL, ended TEXT NOT NULL,
	files BIGINT NOT NULL, bytes BIGINT NOT NULL, damaged BIGINT NOT NULL, orphans BIGINT NOT NULL
);
CREATE TABLE fixity_finding (
	sweep TEXT NOT NULL, n BIGINT NOT NULL,
	owner TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, file TEXT NOT NULL, -- owner: tenant, or message
	problem TEXT NOT NULL,
	PRIMARY KEY (sweep, n)
);
CREATE TRIGGER fixity_sweep_u BEFORE UPDATE ON fixity_sweep FOR EACH ROW EXECUTE FUNCTION db_refuse('sweeps are never changed');
CREATE TRIGGER fixity_sweep_d BEFORE DELETE ON fixity_sweep FOR EACH ROW EXECUTE FUNCTION db_refuse('sweeps are never removed');
CREATE TRIGGER fixity_finding_u BEFORE UPDATE ON fixity_finding FOR EACH ROW EXECUTE FUNCTION db_refuse('findings are never changed');
CREATE TRIGGER fixity_finding_d BEFORE DELETE ON fixity_finding FOR EACH ROW EXECUTE FUNCTION db_refuse('findings are never removed');
CREATE TRIGGER fixity_sweep_t BEFORE TRUNCATE ON fixity_sweep FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('sweeps are never removed');
CREATE TRIGGER fixity_finding_t BEFORE TRUNCATE ON fixity_finding FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('findings are never removed');
