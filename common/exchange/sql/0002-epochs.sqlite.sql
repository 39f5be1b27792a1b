-- Outgoing: what goes first; chain: digest over the identities of an epoch up to and with this one (zeros: not known, begun before this migration).
ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
DROP INDEX outbox_queue;
CREATE INDEX outbox_queue ON outbox (dest, state, priority, n);
-- Last number given on an order key, and in which epoch.
CREATE TABLE order_last (
	dest TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, epoch INTEGER NOT NULL, last INTEGER NOT NULL,
	PRIMARY KEY (dest, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO order_last (dest, kind, id, epoch, last) SELECT dest, kind, id, epoch, last FROM order_number o
	WHERE epoch = (SELECT max(epoch) FROM order_number p WHERE p.dest = o.dest AND p.kind = o.kind AND p.id = o.id);
DROP TABLE order_number;
ALTER TABLE link_out ADD COLUMN chain BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE link_out ADD COLUMN ack_epoch INTEGER NOT NULL DEFAULT 0;   -- newest epoch the peer has taken something of
ALTER TABLE link_out ADD COLUMN ack_life INTEGER NOT NULL DEFAULT 0;    -- the latest ack: epoch, number and time of its manifest
ALTER TABLE link_out ADD COLUMN ack_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN ack_created TEXT NOT NULL DEFAULT '';
ALTER TABLE link_out ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;      -- messages and bytes that wait to be sent
ALTER TABLE link_out ADD COLUMN queued_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN kept_bytes INTEGER NOT NULL DEFAULT 0;  -- files in sent/
ALTER TABLE link_out ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;      -- bundles sent again, voided
ALTER TABLE link_out ADD COLUMN voided INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;     -- in a row, by the peer, for good
ALTER TABLE link_out ADD COLUMN alarm TEXT NOT NULL DEFAULT '';         -- what an officer has to decide: rebuild
UPDATE link_out SET queued = (SELECT count(*) FROM outbox o WHERE o.dest = link_out.dest AND o.state = 'queued'),
	queued_bytes = (SELECT coalesce(sum(size), 0) FROM outbox o WHERE o.dest = link_out.dest AND o.state = 'queued'),
	resent = (SELECT coalesce(sum(resent), 0) FROM bundle_out b WHERE b.link = link_out.link);
ALTER TABLE bundle_out ADD COLUMN chain BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE bundle_out ADD COLUMN digest BLOB;                        -- of the file as it was built; absent: built before this migration
ALTER TABLE bundle_out ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_out ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_out ADD COLUMN safe_life INTEGER NOT NULL DEFAULT 0; -- life of the peer in which it called it safe
ALTER TABLE bundle_out ADD COLUMN safe_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_out ADD COLUMN void_epoch INTEGER NOT NULL DEFAULT 0; -- the bundle whose void closes it
ALTER TABLE bundle_out ADD COLUMN void_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_out ADD COLUMN deadline_ms INTEGER NOT NULL DEFAULT 0; -- requests and replies: gone afterwards; 0 none
CREATE INDEX bundle_out_safe ON bundle_out (link, safe_ms) WHERE state = 'safe';
CREATE INDEX bundle_out_lost ON bundle_out (link, n) WHERE state = 'lost';
CREATE INDEX bundle_out_deadline ON bundle_out (link, deadline_ms) WHERE deadline_ms > 0;
CREATE INDEX bundle_out_void ON bundle_out (link, void_epoch, void_seq) WHERE void_seq > 0;

-- Incoming: what a stream is beside its epochs. held: '', 'fork', 'beyond'. Counters are kept, never counted.
CREATE TABLE stream_state (
	link TEXT PRIMARY KEY, held TEXT NOT NULL DEFAULT '', held_epoch INTEGER NOT NULL DEFAULT 0, settled INTEGER NOT NULL DEFAULT 0,
	bundles INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
	duplicated INTEGER NOT NULL DEFAULT 0, missing_leaves INTEGER NOT NULL DEFAULT 0,
	newest_created TEXT NOT NULL DEFAULT '', newest_ms INTEGER NOT NULL DEFAULT 0 -- newest manifest: its time, and when it came
) STRICT;
INSERT INTO stream_state (link, held, settled, bundles, applied, refused, waiting, duplicated, missing_leaves, newest_created)
	SELECT link, CASE WHEN held = 'epoch' THEN 'beyond' ELSE held END, settled,
		(SELECT count(*) FROM bundle_in b WHERE b.link = s.link AND b.state = 'received'),
		(SELECT count(*) FROM inbox i WHERE i.link = s.link AND i.state = 'applied'),
		(SELECT count(*) FROM inbox i WHERE i.link = s.link AND i.state = 'refused'),
		(SELECT count(*) FROM inbox i WHERE i.link = s.link AND i.state = 'waiting'),
		duplicated, missing_leaves, newest_tick FROM stream_in s;
CREATE TABLE quarantine_in (link TEXT NOT NULL, reason TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (link, reason)) STRICT;
INSERT INTO quarantine_in (link, reason, n) SELECT link, 'UNKNOWN', quarantined FROM stream_in WHERE quarantined > 0;
-- The numbers of one epoch of the sender. ranges: [[first, last, since], …]. previous -1: its statement is not here.
CREATE TABLE stream_epoch (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, contiguous INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 0,
	known_since INTEGER NOT NULL DEFAULT 0, ranges TEXT NOT NULL DEFAULT '[]',
	previous INTEGER NOT NULL DEFAULT -1, previous_last INTEGER NOT NULL DEFAULT 0,
	safe INTEGER NOT NULL DEFAULT 0, safe_next INTEGER NOT NULL DEFAULT 0,
	head INTEGER NOT NULL DEFAULT 0, chain BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000', -- chain over the identities 1 … head
	PRIMARY KEY (link, epoch)
) STRICT;
INSERT INTO stream_epoch (link, epoch, contiguous, known, ranges, safe, safe_next, head)
	SELECT link, epoch, contiguous, known, ranges, safe, safe_next, contiguous FROM stream_in;
DROP TABLE stream_in;
ALTER TABLE bundle_in ADD COLUMN prev BLOB;
ALTER TABLE bundle_in ADD COLUMN void_epoch INTEGER NOT NULL DEFAULT 0;  -- first and last of the bundles whose voids closed it
ALTER TABLE bundle_in ADD COLUMN void_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_in ADD COLUMN again_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bundle_in ADD COLUMN again_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX bundle_in_void ON bundle_in (link, epoch, seq) WHERE state = 'void';
CREATE INDEX bundle_in_refused ON bundle_in (link, epoch, seq) WHERE state = 'refused';
-- Evidence: another content under a number; what an officer has to settle before an epoch begins.
CREATE TABLE fork_in (
	link TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (link, epoch, seq, identity)
) STRICT;
CREATE TABLE beyond_in (
	link TEXT NOT NULL, until_epoch INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL,
	messages INTEGER NOT NULL, at TEXT NOT NULL, settled_by TEXT NOT NULL DEFAULT '', settled_at TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (link, until_epoch, epoch, seq)
) STRICT;
-- What the other zone tells of ours: bundles it holds and we do not know.
CREATE TABLE beyond_out (
	link TEXT NOT NULL, until_epoch INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, identity BLOB NOT NULL,
	messages TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (link, until_epoch, epoch, seq)
) STRICT;
-- Verdict per message. What waits lies beside it, once for each epoch in whose numbers it came.
CREATE TABLE verdict (
	message TEXT PRIMARY KEY, link TEXT NOT NULL, owner TEXT NOT NULL, type TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('applied','waiting','refused')), reason TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO verdict (message, link, owner, type, epoch, seq, state, reason, at)
	SELECT message, link, owner, type, epoch, seq, state, reason, at FROM inbox;
CREATE TABLE inbox_waiting (
	link TEXT NOT NULL, message TEXT NOT NULL, epoch INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (message, epoch)
) STRICT;
INSERT INTO inbox_waiting (link, message, epoch, body) SELECT DISTINCT i.link, i.message, w.epoch, i.body
	FROM inbox i JOIN inbox_wait w ON w.message = i.message WHERE i.state = 'waiting';
DROP TABLE inbox;
ALTER TABLE verdict RENAME TO inbox;
ALTER TABLE inbox_attachment RENAME TO attachment_before;
CREATE TABLE inbox_attachment (
	message TEXT NOT NULL, epoch INTEGER NOT NULL, i INTEGER NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL,
	blob_key TEXT NOT NULL, PRIMARY KEY (message, epoch, i)
) STRICT;
INSERT INTO inbox_attachment (message, epoch, i, size, digest, blob, blob_key) SELECT a.message, w.epoch, a.i, a.size, a.digest, a.blob, a.blob_key
	FROM attachment_before a JOIN inbox_waiting w ON w.message = a.message;
DROP TABLE attachment_before;
-- after_epoch, after_n: the number that the message follows on the key.
CREATE TABLE follows (
	link TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, after_epoch INTEGER NOT NULL, after_n INTEGER NOT NULL,
	message TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (link, kind, id, after_epoch, after_n, message, epoch)
) STRICT;
INSERT INTO follows (link, kind, id, after_epoch, after_n, message, epoch) SELECT link, kind, id, epoch, n - 1, message, epoch FROM inbox_wait;
DROP TABLE inbox_wait;
ALTER TABLE follows RENAME TO inbox_wait;
CREATE INDEX inbox_wait_message ON inbox_wait (message, epoch);
-- Woken by a number before them: they are looked at again.
CREATE TABLE inbox_ready (link TEXT NOT NULL, message TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (link, message, epoch)) STRICT;
CREATE INDEX bundle_out_kept ON bundle_out (link, epoch, seq) WHERE state IN ('sent', 'void');
-- Files of sent/ and out/ that nobody needs any more: removed after the commit.
CREATE TABLE file_drop (link TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (link, file)) STRICT;
