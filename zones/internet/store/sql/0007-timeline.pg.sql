-- What a person is told beside the step: the last day the law gives, whether the term stands still, when the next discs leave.
ALTER TABLE application_progress ADD COLUMN legal TEXT NOT NULL DEFAULT '';
ALTER TABLE application_progress ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE application_progress ADD COLUMN discs TEXT NOT NULL DEFAULT '[]';   -- JSON, instants
