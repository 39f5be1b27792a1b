-- A message is in one of the two while it is there: written once where it waits, once where it went.
DROP INDEX outbox_queue;
CREATE INDEX outbox_queue ON outbox (dest, priority, n) WHERE state = 'queued';
DROP INDEX outbox_bundle;
CREATE INDEX outbox_bundle ON outbox (dest, epoch, seq) WHERE state = 'bundled';
-- Looked for with every bundle, and there are hardly any.
DROP INDEX bundle_out_lost;
CREATE INDEX bundle_out_lost ON bundle_out (link, epoch, seq) WHERE state = 'lost';
