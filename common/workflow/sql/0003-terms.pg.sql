-- Days that are not what their weekday says: holidays, and weekends that are worked (调休).
CREATE TABLE calendar_day (
	tenant TEXT NOT NULL, day TEXT NOT NULL, work BIGINT NOT NULL CHECK (work IN (0, 1)),
	name TEXT NOT NULL, edited_by TEXT NOT NULL, edited_at TEXT NOT NULL,
	PRIMARY KEY (tenant, day)
);
-- While a case is held its terms stand still: 中止 suspended.
CREATE TABLE flow_hold (
	tenant TEXT NOT NULL, instance TEXT NOT NULL, n BIGINT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('suspended')), reason TEXT NOT NULL,
	since TEXT NOT NULL, held_by TEXT NOT NULL, ended TEXT, ended_by TEXT,
	PRIMARY KEY (tenant, instance, n)
);
CREATE UNIQUE INDEX flow_hold_open ON flow_hold (tenant, instance) WHERE ended IS NULL;
