-- Documents added after the submission 补充材料: no part of what the parties signed, and marked so at the desk; each is kept.
ALTER TABLE reg_material ADD COLUMN added_at TEXT NOT NULL DEFAULT '';  -- '' it came with the form or with an answer to a correction
ALTER TABLE reg_material ADD COLUMN note TEXT NOT NULL DEFAULT '';      -- what the person says of it
ALTER TABLE reg_material ADD COLUMN replaced_by INTEGER;                  -- number of the one that took its place; NULL: it stands
