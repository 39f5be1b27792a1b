/* Outbox and inbox of a zone: rows <-> messages <-> bundles <-> spool, by the rules of design §2 (README.md).
 * One sender and one receiver thread per link. The rules are pure modules (stream, sequence, order, acked);
 * the tables are those of exchange_schema. */
#ifndef SW_EXCHANGE_EXCHANGE_H
#define SW_EXCHANGE_EXCHANGE_H
#include "common/audit/audit.h"
#include "common/bundle/bundle.h"
#include "common/db/blob.h"
#include "common/db/db.h"
#include "common/message/catalogue.h"
#include "common/spool/spool.h"

extern const struct db_schema exchange_schema;
struct exchange;

/* ---- outgoing, in the business transaction */
struct exchange_draft {
	const char *type, *dest; /* dest: final zone */
	const char *tenant;
	struct {
		const char *kind, *id;
	} keys[MESSAGE_KEYS_MAX];
	size_t nkeys;
	const json_t *body; /* borrowed */
	struct {
		const char *name, *media;
		struct blob_ref ref;
	} attachments[MESSAGE_ATTACHMENTS_MAX];
	size_t nattachments;
};
/* Takes the order numbers (keys sorted), makes the canonical bytes, checks them with the catalogue
 * (ERR_SCHEMA … in note) and inserts the outbox row. The sender wakes after the commit. *id (may be NULL) is
 * the message id. ERR_STATE: no link leads to `dest`; ERR_BUSY: what waits for it is at its limit. */
SW_MUST_USE int exchange_put(struct exchange *x, struct db_tx *tx, const struct exchange_draft *d,
	struct uuid *id, struct err_note *note);

/* ---- request and reply: what must be answered now. It lies in no table, is never repeated after its
 * deadline, and leaves every spool when it has arrived or its time is over. */
typedef void exchange_wake_up(void *arg); /* called by a thread of the exchange; must be quick */
struct exchange_question {
	const char *type, *dest, *tenant;
	const json_t *body;     /* borrowed */
	int64_t wait_ms;        /* the deadline from now */
	exchange_wake_up *wake; /* an answer is there, or the time is over; may be NULL */
	void *arg;              /* must outlive the exchange */
};
/* Holds no thread: *id is what exchange_answer is asked with, after the wake-up or now and then. ERR_BUSY:
 * too many wait. ERR_SCHEMA … in note. */
SW_MUST_USE int exchange_ask(
	struct exchange *x, const struct exchange_question *q, struct uuid *id, struct err_note *note);
/* ERR_BUSY: not yet. Anything else is told once and forgotten: 0 with *body (new reference); ERR_TIMEOUT;
 * what the other side refused it for, with its text; ERR_STOPPING. An answer that nobody fetches in ten
 * seconds is forgotten. ERR_NOTFOUND: not known (any more). */
SW_MUST_USE int exchange_answer(
	struct exchange *x, const struct uuid *id, json_t **body, struct err_note *note);

/* ---- incoming: one effect per message, in the transaction that records its verdict */
/* 0: applied. An error whose fault is PEER (ERR_REFUSED, ERR_SCHEMA …): refused for good, the effect is
 * rolled back, the verdict recorded with note's text and a message.refused goes back to the origin zone. Any
 * other error: nothing recorded, tried again later. attachments are already durable in the blob store. */
typedef int exchange_apply(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note);
/* What a reply still needs behind the commit (a drawing takes long): finish makes *body (new reference) on
 * the link's thread, in no transaction; any error refuses the request. Behind a crash in between nobody
 * finishes: the time of who asked runs out. drop frees, also without a finish. */
struct exchange_later {
	int (*finish)(void *cookie, json_t **body, struct err_note *note);
	void (*drop)(void *cookie);
	void *cookie;
};
/* A request (transient type): answers it with *body (new reference) of the type that the catalogue names, or
 * fills *later (zeroed before) and leaves *body alone. Any error refuses it, and who asked is told. In the
 * same transaction: an audit record of the look belongs here, unless a later one makes it before the answer.
 */
typedef int exchange_reply(struct db_tx *tx, const struct message *m, void *arg, json_t **body,
	struct exchange_later *later, struct err_note *note);
struct exchange_handler {
	const char *type;
	exchange_apply *apply; /* one of the two */
	exchange_reply *reply;
};

struct exchange_link {
	const char *link;   /* gap, diode, disc */
	const char *peer;   /* zone at the far end: origin of what comes in, dest of what goes out */
	const char *out_to; /* next station (gap-outer, gap-inner, intranet, extranet); NULL: nothing goes out
			       on this link */
	const char *in_from;     /* last station; NULL: nothing comes in */
	const char *origin_from; /* origin station behind a guard (internet, extranet); NULL when in_from is
				    the origin */
	const char *spool;       /* root; folders are ROOT/LINK/… */
	const struct cert *out_recipient;
	const struct trust *in_trust, *origin_trust;
	const char *ack_of; /* zone whose stream the outgoing manifests acknowledge (gap: peer; diode acks
			       disc's stream and the reverse: peer too) */
	/* Folders of another product instead of SPOOL/LINK/out and in (NULL: those). */
	const char *out_folder, *in_folder;
	bool quiet;        /* folders that tell of nothing: they are looked through every scan_ms */
	int64_t scan_ms;   /* at the latest (0: 500) */
	int64_t settle_ms; /* a file that is not whole is given this long after its last change (0: 2000) */
	int64_t group_messages, group_bytes, group_ms; /* a bundle closes after N, B or T */
	int64_t tick_ms;    /* idle tick; 0: none (disc: exchange_seal makes them) */
	int64_t resend_ms;  /* a hole is answered at most once in this time */
	int64_t missing_ms; /* a number is called missing when it did not come in this time */
	int64_t slow_ms;    /* nothing acknowledged for so long: the peer is called slow; 0 never */
	int64_t sent_max;   /* bytes kept in sent/ before nothing more is sent; 0 no limit */
	int64_t queue_max;  /* messages that wait before producers are refused (ERR_BUSY); 0 no limit */
	int64_t keep_ms; /* a message that is in the peer's backup is kept so long for a rebuild; 0 for ever
			  */
	int64_t idle_ms; /* an order key that was not used for so long is closed on both ends; 0 never */
	int64_t remember_ms; /* verdicts and identities are remembered so long; 0 for ever */
};
struct exchange_options {
	struct db *db;
	struct blob_store *blobs;
	const struct catalogue *catalogue;
	const char *zone, *station; /* station in manifests (equal to the zone's name) */
	const struct sign_key *signer;
	const struct open_key *const *keys;
	size_t nkeys;
	const struct suite *suite; /* digests in this zone's messages */
	const struct exchange_link *links;
	size_t nlinks;
	const struct exchange_handler *handlers;
	size_t nhandlers;
	void *arg;
	const char *const *tenants; /* whose messages are taken, ends with NULL; NULL: anybody's */
	const char *keep;    /* tenant under which all that comes in is kept; NULL: each message's own */
	struct vault *vault; /* seals message bodies at rest */
	struct audit_mover *audit;  /* for checkpoints in manifests; NULL none */
	const char *boot_mark_file; /* kept outside the database */
	const char *tmp_dir;
	bool offline; /* command-line use beside or without the daemon: no threads, no boot mark, messages are
			 only queued */
};
/* Compares boot marks (a mismatch starts a new epoch on every outgoing link, logged and audited), finishes
 * half-published bundles (publish exactly the committed file, or void it), starts threads. */
SW_MUST_USE int exchange_start(
	const struct exchange_options *o, struct exchange **out, struct err_note *note);
/* Ends the threads, each behind its transaction. What is put afterwards stays queued for the next start. */
void exchange_quiet(struct exchange *x);
/* The same, and frees. */
void exchange_stop(struct exchange *x);
/* Closes the open group of a link and, when nothing is queued, makes a tick with the newest ack: the disc
 * carries receipts and holes. Returns when published. */
SW_MUST_USE int exchange_seal(struct exchange *x, const char *link);
/* Officer's decisions; each is recorded with who and why. ERR_NOTFOUND no such link, ERR_STATE nothing to
 * decide. */
SW_MUST_USE int exchange_new_epoch(struct exchange *x, const char *link, const char *who, const char *reason);
/* A stream held because of a fork goes on; one that holds more than its sender knows goes on when every
 * bundle of that list was settled (ERR_STATE before). */
SW_MUST_USE int exchange_release(struct exchange *x, const char *link, const char *who, const char *reason);
/* Bundles beyond what the sender knows, up to number epoch/seq: their effects stand. */
SW_MUST_USE int exchange_settle(struct exchange *x, const char *link, int64_t epoch, int64_t seq,
	const char *who, const char *reason);
/* The peer at the far end lost everything: all that is kept for it goes again, in a new epoch. */
SW_MUST_USE int exchange_rebuild(
	struct exchange *x, const char *link, const char *who, const char *reason, int64_t *messages);
/* What officers have to decide: {"beyond":[…to settle, and settled…],"told":[…what the peer holds of us…]}.
 */
SW_MUST_USE int exchange_decisions(struct exchange *x, const char *link, json_t **out);
/* Around a backup: begin notes where the incoming streams stand, mark (after the copy is durable) lets acks
 * call that `safe`. */
SW_MUST_USE int exchange_backup_begin(struct exchange *x);
SW_MUST_USE int exchange_mark_backup(struct exchange *x);
/* State of all links as JSON for pages, metrics and tests; every number is kept, none is counted. New
 * reference.
 * {"links":{LINK:{…}}} with trouble ("", store-full, disk-full, queue-full, peer-slow, peer-refuses) and,
 * outgoing: epoch_out, sent, acked, safe, queued, queued_bytes, kept_bytes, resent, voided, lag_bundles,
 * lag_ms, trouble_ms, alarm; incoming: epoch_in, contiguous, known, received, applied, waiting, refused,
 * missing, open (numbers), missing_messages, duplicated, quarantined, reasons {CODE: n}, held, silent_ms,
 * clock_ahead_ms (the peer's clock before ours, at least). */
SW_MUST_USE int exchange_state(struct exchange *x, json_t **out);
/* What the sender of an incoming link last said of the time: its newest manifest, by its clock, and when the
 * last one came, by this machine's; ms. ERR_NOTFOUND: nothing came yet. */
SW_MUST_USE int exchange_heard(struct exchange *x, const char *link, int64_t *created, int64_t *came);
/* Page of bundles of a link, newest first:
 * {"rows":[{"direction","link","epoch","seq","identity","state","messages","at","file"}]}; before: rowid
 * cursor, 0 = from the top. */
SW_MUST_USE int exchange_bundles(
	struct exchange *x, const char *link, int64_t before, int64_t limit, json_t **out);
#endif
