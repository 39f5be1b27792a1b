/* Message: one business event. Its canonical bytes (RFC 8785) never change on the way; its digest is over
 * them. */
#ifndef SW_MESSAGE_MESSAGE_H
#define SW_MESSAGE_MESSAGE_H
#include "common/base/id.h"
#include "common/base/json.h"

#define MESSAGE_KEYS_MAX LIMIT_ORDER_KEYS
#define MESSAGE_ATTACHMENTS_MAX LIMIT_ATTACHMENTS
#define MESSAGE_BYTES_MAX LIMIT_MESSAGE

/* Order key: running number per (origin zone, final zone, origin epoch, kind, id). The first number of a
 * later epoch names the number of an earlier epoch that it follows (after_n 0: none), so that a new epoch
 * begins no new order. A number that opens a generation follows only what the receiver has already (`held` of
 * the message): the number that it names, or, when its sender knows nothing of the key (after_n 0), nothing.
 */
struct order_key {
	char kind[16];
	char id[64];
	int64_t n;
	int64_t after_epoch, after_n;
	bool opens;
};
struct attachment {
	char name[160]; /* file name for people; UTF-8, no control character, no slash */
	char media[64];
	int64_t size;
	struct digest digest; /* of the content, by the suite of `digest_suite` in the message */
};
/* JSON:
 * {"id","type","version","tenant","created","origin","dest","epoch","suite"[,"deadline"][,"answers"][,"held":{"epoch","seq"}],"keys":[{"kind","id","n"[,"after":{"epoch","n"}][,"opens":{"epoch","n"}]}],"attachments":[{"name","media","size","digest"}],"body":{…}}
 */
struct message {
	struct uuid id;
	char type[48];
	int64_t version;
	char tenant[7]; /* division code */
	char created[25];
	char deadline[25];         /* transient messages only: nothing is done with it afterwards; "" none */
	struct uuid answers;       /* the transient request this one answers; "" none */
	char origin[16], dest[16]; /* zones: internet, extranet, intranet */
	int64_t epoch;             /* origin epoch of the numbers */
	/* With a key that opens a generation: the receiver has all bundles up to this one. */
	int64_t held_epoch, held_seq;
	char suite[8]; /* digests in it */
	struct order_key keys[MESSAGE_KEYS_MAX];
	size_t nkeys;
	struct attachment attachments[MESSAGE_ATTACHMENTS_MAX];
	size_t nattachments;
	json_t *body; /* owned */
};
void message_init(struct message *m);
void message_fini(struct message *m); /* releases body */
/* Accepts only canonical bytes with exactly these members. ERR_SYNTAX, ERR_SCHEMA, ERR_LIMIT. */
SW_MUST_USE int message_decode(struct view bytes, struct message *m, struct err_note *note);
/* The same without building the body: m->body stays NULL. For those who carry a message without reading it.
 */
SW_MUST_USE int message_head(struct view bytes, struct message *m, struct err_note *note);
SW_MUST_USE int message_encode(const struct message *m, struct buf *out);

/* Refusal record: body of type "message.refused", signed by the bundle that carries it; keeps keys and id of
 * the refused one. */
/* body: {"message": id, "type": type, "reason": "SCHEMA", "where": text, "by": station} */
SW_MUST_USE int message_make_refusal(
	const struct message *refused, int err, const char *where, const char *station, struct message *out);
#endif
