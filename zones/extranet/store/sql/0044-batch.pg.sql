-- 集中申请: the batch a case came in with; the desk finds its like by it.
ALTER TABLE reg_case ADD COLUMN batch TEXT NOT NULL DEFAULT '';
CREATE INDEX reg_case_batch ON reg_case (tenant, batch) WHERE batch <> '';
