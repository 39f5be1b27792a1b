-- Running processes. Times are milliseconds since 1970. Nothing personal stands here: vars hold what scripts and results of tasks have left.
CREATE TABLE flow_definition (                         -- businesses as they were published: a case stays with its version
	tenant TEXT NOT NULL, business TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0),
	content TEXT NOT NULL, digest TEXT NOT NULL,
	published_at TEXT NOT NULL, published_by TEXT NOT NULL,
	PRIMARY KEY (tenant, business, version)
) STRICT;

CREATE TABLE flow_instance (
	tenant TEXT NOT NULL, id TEXT NOT NULL,
	business TEXT NOT NULL, version INTEGER NOT NULL,  -- of the definition it runs by
	status TEXT NOT NULL CHECK (status IN ('running','suspended','done','cancelled')),
	rev INTEGER NOT NULL,                              -- counts steps: who writes must have read the newest
	next_token INTEGER NOT NULL,
	vars TEXT NOT NULL, done_by TEXT NOT NULL, mail TEXT NOT NULL, undo TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX flow_instance_version ON flow_instance (tenant, business, version, status);

CREATE TABLE flow_token (                              -- where a process rests
	tenant TEXT NOT NULL, instance TEXT NOT NULL, token INTEGER NOT NULL,
	node TEXT NOT NULL, flow TEXT NOT NULL,            -- one of them: at a node, or on a flow into a join
	kind TEXT NOT NULL, ref TEXT NOT NULL,             -- kind of the node; act, topic or message it waits for
	since INTEGER NOT NULL, undoing INTEGER NOT NULL,
	PRIMARY KEY (tenant, instance, token),
	FOREIGN KEY (tenant, instance) REFERENCES flow_instance (tenant, id)
) STRICT;
CREATE INDEX flow_token_ref ON flow_token (tenant, kind, ref, since);

CREATE TABLE flow_wait (                               -- what is armed beside a token; due NULL: a message or error, or stopped
	tenant TEXT NOT NULL, instance TEXT NOT NULL, token INTEGER NOT NULL, node TEXT NOT NULL,
	due INTEGER, rest INTEGER NOT NULL, since INTEGER NOT NULL,
	PRIMARY KEY (tenant, instance, token, node),
	FOREIGN KEY (tenant, instance) REFERENCES flow_instance (tenant, id)
) STRICT;
CREATE INDEX flow_wait_due ON flow_wait (tenant, due) WHERE due IS NOT NULL;

CREATE TABLE flow_log (                                -- every step, never changed
	tenant TEXT NOT NULL, instance TEXT NOT NULL, n INTEGER NOT NULL,
	at INTEGER NOT NULL, event TEXT NOT NULL, node TEXT NOT NULL, who TEXT NOT NULL,
	version INTEGER NOT NULL,                          -- of the definition after the step
	marking TEXT NOT NULL, done TEXT NOT NULL,         -- where the tokens were before; activities done
	back_to INTEGER,                                   -- the step whose state was restored
	detail TEXT,                                       -- of a migration: map, reason, what was before
	PRIMARY KEY (tenant, instance, n),
	FOREIGN KEY (tenant, instance) REFERENCES flow_instance (tenant, id)
) STRICT;

CREATE TRIGGER flow_definition_keep BEFORE UPDATE ON flow_definition BEGIN SELECT RAISE(ABORT, 'a published version is never changed'); END;
CREATE TRIGGER flow_definition_gone BEFORE DELETE ON flow_definition BEGIN SELECT RAISE(ABORT, 'a published version is never removed'); END;
CREATE TRIGGER flow_log_keep BEFORE UPDATE ON flow_log BEGIN SELECT RAISE(ABORT, 'steps are never changed'); END;
CREATE TRIGGER flow_log_gone BEFORE DELETE ON flow_log BEGIN SELECT RAISE(ABORT, 'steps are never removed'); END;
