-- 查询记录: every question answered over the portal, kept for the holder of what was looked at. Never changed, never removed.
CREATE TABLE reg_inquiry (
	tenant TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
	person_index TEXT NOT NULL,                        -- who asked: blind index; '' for the public kinds
	person_mask TEXT NOT NULL, purpose TEXT NOT NULL,
	number TEXT NOT NULL, digest TEXT NOT NULL,        -- of the proof that was given; '' none
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX reg_inquiry_person ON reg_inquiry (tenant, person_index, at_ms);
CREATE INDEX reg_inquiry_number ON reg_inquiry (tenant, number) WHERE number <> '';
CREATE TABLE reg_inquiry_unit (                        -- what was shown
	tenant TEXT NOT NULL, id TEXT NOT NULL, unit_code TEXT NOT NULL,
	PRIMARY KEY (tenant, unit_code, id)
) STRICT;
CREATE TRIGGER reg_inquiry_keep_u BEFORE UPDATE ON reg_inquiry WHEN (NEW.tenant, NEW.id, NEW.at, NEW.kind, NEW.person_mask, NEW.purpose, NEW.number, NEW.digest)
	IS NOT (OLD.tenant, OLD.id, OLD.at, OLD.kind, OLD.person_mask, OLD.purpose, OLD.number, OLD.digest) BEGIN SELECT RAISE(ABORT, 'who looked is never changed'); END;
CREATE TRIGGER reg_inquiry_keep_d BEFORE DELETE ON reg_inquiry BEGIN SELECT RAISE(ABORT, 'who looked is never removed'); END;
CREATE TRIGGER reg_inquiry_unit_keep_d BEFORE DELETE ON reg_inquiry_unit BEGIN SELECT RAISE(ABORT, 'who looked is never removed'); END;
CREATE INDEX reg_party_person ON reg_party (tenant, id_index);
