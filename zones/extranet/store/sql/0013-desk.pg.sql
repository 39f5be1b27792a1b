-- The desk 办件: who works on a case, marks on its materials, opinions begun and templates of them.
ALTER TABLE reg_case ADD COLUMN office TEXT NOT NULL DEFAULT '';  -- the unit that took it in at the window; '' from the portal
ALTER TABLE reg_case ADD COLUMN warn_on TEXT;                     -- day on which 80 % of the promised term are used; NULL before the acceptance
-- The queue's order: the promised day, before the acceptance the day of receipt, since that decision is due at once (条例第十七条).
CREATE INDEX reg_case_queue ON reg_case (tenant, coalesce(deadline, substr(received_at, 1, 10)), number)
	WHERE state NOT IN ('archived','rejected','refused','withdrawn');

CREATE TABLE reg_claim (                               -- 认领: one person at a time, until the lease runs out
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	who TEXT NOT NULL, since TEXT NOT NULL,
	until BIGINT NOT NULL,                            -- milliseconds since 1970
	PRIMARY KEY (tenant, case_id),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
);

CREATE TABLE reg_mark (                                -- on a material: seen by whoever decides next
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL,
	material BIGINT NOT NULL, page BIGINT NOT NULL CHECK (page BETWEEN 1 AND 10000),
	x BIGINT NOT NULL CHECK (x BETWEEN 0 AND 10000), y BIGINT NOT NULL CHECK (y BETWEEN 0 AND 10000),  -- of the page, in 1/10000
	w BIGINT NOT NULL CHECK (w BETWEEN 1 AND 10000), h BIGINT NOT NULL CHECK (h BETWEEN 1 AND 10000),
	note TEXT NOT NULL,                                -- sealed
	who TEXT NOT NULL, at TEXT NOT NULL,
	removed_by TEXT, removed_at TEXT,
	PRIMARY KEY (tenant, case_id, n),
	FOREIGN KEY (tenant, case_id, material) REFERENCES reg_material (tenant, case_id, n)
);

CREATE TABLE reg_draft (                               -- an opinion somebody has begun; goes with the act
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, who TEXT NOT NULL,
	opinion TEXT NOT NULL,                             -- sealed
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id, who),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_case (tenant, id)
);

CREATE TABLE reg_opinion (                             -- 意见模板 of the office: every version is kept, the newest counts
	tenant TEXT NOT NULL, code TEXT NOT NULL, n BIGINT NOT NULL,
	act TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, basis TEXT NOT NULL,
	gone BIGINT NOT NULL CHECK (gone IN (0, 1)),
	who TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, code, n)
);
CREATE TRIGGER reg_mark_once BEFORE UPDATE ON reg_mark FOR EACH ROW WHEN (OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at OR (NEW.tenant, NEW.case_id, NEW.n, NEW.material, NEW.page, NEW.x, NEW.y, NEW.w, NEW.h, NEW.who, NEW.at)
	IS DISTINCT FROM (OLD.tenant, OLD.case_id, OLD.n, OLD.material, OLD.page, OLD.x, OLD.y, OLD.w, OLD.h, OLD.who, OLD.at)) EXECUTE FUNCTION db_refuse('a mark is taken away, never changed');
CREATE TRIGGER reg_mark_keep BEFORE DELETE ON reg_mark FOR EACH ROW EXECUTE FUNCTION db_refuse('marks are kept');
CREATE TRIGGER reg_mark_all BEFORE TRUNCATE ON reg_mark FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('marks are kept');
CREATE TRIGGER reg_opinion_once BEFORE UPDATE ON reg_opinion FOR EACH ROW EXECUTE FUNCTION db_refuse('a template gets a new version');
CREATE TRIGGER reg_opinion_keep BEFORE DELETE ON reg_opinion FOR EACH ROW EXECUTE FUNCTION db_refuse('templates are kept');
CREATE TRIGGER reg_opinion_all BEFORE TRUNCATE ON reg_opinion FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('templates are kept');
