/* Outbox and inbox of a zone: rows <-> messages <-> bundles <-> spool, by the rules of design §2. One sender
 * and one receiver thread per link. Tables (exchange_schema): outbox, outbox_attachment, order_number,
 * link_out, bundle_out, stream_in, bundle_in, inbox, inbox_key, boot_mark. */
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
 * the message id. */
SW_MUST_USE int exchange_put(struct exchange *x, struct db_tx *tx, const struct exchange_draft *d,
	struct uuid *id, struct err_note *note);

/* ---- incoming: one effect per message, in the transaction that records its verdict */
/* 0: applied. An error whose fault is PEER (ERR_REFUSED, ERR_SCHEMA …): refused for good, the effect is
 * rolled back, the verdict recorded with note's text and a message.refused goes back to the origin zone. Any
 * other error: nothing recorded, tried again later. attachments are already durable in the blob store. */
typedef int exchange_apply(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note);
struct exchange_handler {
	const char *type;
	exchange_apply *apply;
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
	int64_t group_messages, group_bytes, group_ms; /* a bundle closes after N, B or T */
	int64_t tick_ms;   /* idle tick; 0: none (disc: exchange_seal makes one) */
	int64_t resend_ms; /* a hole is answered at most once in this time */
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
	struct vault *vault;        /* seals message bodies at rest */
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
void exchange_stop(struct exchange *x); /* threads finish their transaction */
/* Closes the open group of a link and, when nothing is queued, makes a tick with the newest ack: the disc
 * carries receipts and holes. Returns when published. */
SW_MUST_USE int exchange_seal(struct exchange *x, const char *link);
/* Officer's decisions. */
SW_MUST_USE int exchange_new_epoch(struct exchange *x, const char *link, const char *who);
SW_MUST_USE int exchange_release(
	struct exchange *x, const char *link, const char *who, const char *reason); /* of a held stream */
/* Around a backup: begin notes where the incoming streams stand, mark (after the copy is durable) lets acks
 * call that `safe`. */
SW_MUST_USE int exchange_backup_begin(struct exchange *x);
SW_MUST_USE int exchange_mark_backup(struct exchange *x);
/* State of all links as JSON for pages, metrics and tests: per link sent, received, applied, waiting,
 * refused, missing (holes), duplicated, quarantined by reason, held, lag. New reference. */
SW_MUST_USE int exchange_state(struct exchange *x, json_t **out);
/* Page of bundles of a link, newest first:
 * {"rows":[{"direction","link","epoch","seq","identity","state","messages","at","file"}]}; before: rowid
 * cursor, 0 = from the top. */
SW_MUST_USE int exchange_bundles(
	struct exchange *x, const char *link, int64_t before, int64_t limit, json_t **out);
#endif
