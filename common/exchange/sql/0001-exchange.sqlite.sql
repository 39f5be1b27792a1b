-- Outbox: messages written in the business transaction. body is sealed. state: queued, bundled.
CREATE TABLE outbox (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	message TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, dest TEXT NOT NULL, type TEXT NOT NULL,
	body TEXT NOT NULL, size INTEGER NOT NULL,
	state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','bundled')),
	epoch INTEGER, seq INTEGER                         -- bundle it travelled in last
) STRICT;
CREATE INDEX outbox_queue ON outbox (dest, state, n);
CREATE INDEX outbox_bundle ON outbox (dest, epoch, seq);
CREATE TABLE outbox_attachment (
	message TEXT NOT NULL, i INTEGER NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (message, i)
) STRICT;
-- Order keys: last number given per destination, epoch, kind, id.
CREATE TABLE order_number (
	dest TEXT NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, last INTEGER NOT NULL,
	PRIMARY KEY (dest, epoch, kind, id)
) STRICT;
-- Outgoing end of a link. A number never names two contents: it is committed with identity and file before the file is published.
CREATE TABLE link_out (
	link TEXT PRIMARY KEY, dest TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL,
	ack_contiguous INTEGER NOT NULL DEFAULT 0, ack_safe INTEGER NOT NULL DEFAULT 0, checkpoint INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE bundle_out (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	link TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL, file TEXT NOT NULL, kind TEXT NOT NULL,
	messages INTEGER NOT NULL, at TEXT NOT NULL,
	state TEXT NOT NULL DEFAULT 'sent' CHECK (state IN ('sent','lost','void','safe')), -- lost: to be voided
	resent INTEGER NOT NULL DEFAULT 0, resent_ms INTEGER NOT NULL DEFAULT 0,
	UNIQUE (link, epoch, seq)
) STRICT;
-- Incoming end-to-end stream of a link.
CREATE TABLE stream_in (
	link TEXT PRIMARY KEY, epoch INTEGER NOT NULL, contiguous INTEGER NOT NULL, known INTEGER NOT NULL, ranges TEXT NOT NULL,
	held TEXT NOT NULL DEFAULT '', settled INTEGER NOT NULL DEFAULT 0,
	safe INTEGER NOT NULL DEFAULT 0, safe_next INTEGER NOT NULL DEFAULT 0, newest_tick TEXT NOT NULL DEFAULT '',
	duplicated INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0, missing_leaves INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE bundle_in (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	link TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL, kind TEXT NOT NULL,
	messages INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('received','refused','void')), reason TEXT NOT NULL DEFAULT '',
	UNIQUE (link, epoch, seq)
) STRICT;
-- Numbers of the guard in between: only its doublings and forks matter, its gaps are counted.
CREATE TABLE hop_in (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL, PRIMARY KEY (link, epoch, seq)
) STRICT;
-- Verdict per message, for ever. body only while waiting, sealed.
CREATE TABLE inbox (
	message TEXT PRIMARY KEY, link TEXT NOT NULL, owner TEXT NOT NULL, type TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('applied','waiting','refused')), reason TEXT NOT NULL DEFAULT '', body TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_state ON inbox (link, state);
CREATE TABLE inbox_attachment (
	message TEXT NOT NULL, i INTEGER NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, blob_key TEXT NOT NULL,
	PRIMARY KEY (message, i)
) STRICT;
CREATE TABLE inbox_wait (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL, message TEXT NOT NULL,
	PRIMARY KEY (link, epoch, kind, id, n)
) STRICT;
CREATE TABLE inbox_key (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, next INTEGER NOT NULL, refused INTEGER NOT NULL,
	PRIMARY KEY (link, epoch, kind, id)
) STRICT;
CREATE TABLE boot_mark (one INTEGER PRIMARY KEY CHECK (one = 1), current TEXT NOT NULL, next TEXT NOT NULL) STRICT;
