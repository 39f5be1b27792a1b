-- 补正: the same application again. round counts the corrections asked for; before is the form that stood when the newest was; a material that is
-- replaced stays, with the round in which it went.
ALTER TABLE application ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE application ADD COLUMN before TEXT;        -- sealed canonical form
DROP INDEX application_draft;
CREATE UNIQUE INDEX application_draft ON application (tenant, owner, business) WHERE state IN ('draft','signing') AND round = 0;
ALTER TABLE application_material ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE application_material ADD COLUMN gone INTEGER;
