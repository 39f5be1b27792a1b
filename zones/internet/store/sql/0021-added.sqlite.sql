-- Documents added after the submission 补充材料: no part of what the parties signed; each is kept, also the one that a later one takes the place of.
ALTER TABLE application_material ADD COLUMN added_at TEXT NOT NULL DEFAULT '';   -- '' it came with the form or with an answer to a correction
ALTER TABLE application_material ADD COLUMN note TEXT NOT NULL DEFAULT '';       -- what the person says of it
ALTER TABLE application_material ADD COLUMN message TEXT NOT NULL DEFAULT '';    -- material.added that carries it
ALTER TABLE application_material ADD COLUMN outcome TEXT NOT NULL DEFAULT '';    -- '' on its way, taken, refused
ALTER TABLE application_material ADD COLUMN reason TEXT NOT NULL DEFAULT '';     -- why it was refused
ALTER TABLE application_material ADD COLUMN replaced_by TEXT NOT NULL DEFAULT ''; -- id of the one that took its place
CREATE INDEX application_material_message ON application_material (tenant, message);
