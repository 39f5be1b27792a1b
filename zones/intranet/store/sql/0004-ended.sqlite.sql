-- A case that ended in the registry while its review was under way, or after it 撤回、不予登记: an open review is closed by it; and what the registry said that refused the result.
ALTER TABLE task ADD COLUMN ended TEXT NOT NULL DEFAULT '';    -- state of the case: withdrawn, refused, rejected
ALTER TABLE task ADD COLUMN ended_at TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN refused TEXT NOT NULL DEFAULT '';  -- why the result was not taken
