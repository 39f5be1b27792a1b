-- What the office publishes: guides, answers to frequent questions, policies, notes. A text is published by somebody else than its author; every published
-- version is kept.
CREATE TABLE article (
	tenant TEXT NOT NULL, slug TEXT NOT NULL, version INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('guide','faq','policy','note')),
	zh_title TEXT NOT NULL, en_title TEXT NOT NULL, zh_body TEXT NOT NULL, en_body TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('draft','published','withdrawn')),
	author TEXT NOT NULL, publisher TEXT NOT NULL DEFAULT '', at TEXT NOT NULL,
	PRIMARY KEY (tenant, slug, version)
) STRICT;
CREATE UNIQUE INDEX article_published ON article (tenant, slug) WHERE state = 'published';
CREATE UNIQUE INDEX article_draft ON article (tenant, slug) WHERE state = 'draft';
CREATE TRIGGER article_keep_u BEFORE UPDATE ON article WHEN OLD.state <> 'draft' AND (NEW.zh_body <> OLD.zh_body OR NEW.en_body <> OLD.en_body OR NEW.zh_title <> OLD.zh_title
	OR NEW.en_title <> OLD.en_title OR NEW.kind <> OLD.kind OR NEW.state = 'draft') BEGIN SELECT RAISE(ABORT, 'what was published is never changed'); END;
CREATE TRIGGER article_keep_d BEFORE DELETE ON article WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'what was published is never removed'); END;

-- Feedback 意见建议: what people write is sealed, as it may name anybody.
CREATE TABLE feedback (
	tenant TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL,
	topic TEXT NOT NULL CHECK (topic IN ('process','page','staff','other')),
	text TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '', answered_by TEXT NOT NULL DEFAULT '',
	at TEXT NOT NULL, answered_at TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX feedback_owner ON feedback (tenant, owner, id);
CREATE INDEX feedback_open ON feedback (tenant, answered_at, id);
