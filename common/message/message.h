/* Message: one business event. Its canonical bytes (RFC 8785) never change on the way; its digest is over
 * them. */
#ifndef SW_MESSAGE_MESSAGE_H
#define SW_MESSAGE_MESSAGE_H
#include "common/base/id.h"
#include "common/base/json.h"

#define MESSAGE_KEYS_MAX 16
#define MESSAGE_ATTACHMENTS_MAX 64
#define MESSAGE_BYTES_MAX (1 << 20)

/* Order key: running number per (origin zone, final zone, origin epoch, kind, id). */
struct order_key {
	char kind[16];
	char id[64];
	int64_t n;
};
struct attachment {
	char name[160]; /* file name for people; UTF-8, no control character, no slash */
	char media[64];
	int64_t size;
	struct digest digest; /* of the content, by the suite of `digest_suite` in the message */
};
/* JSON:
 * {"id","type","version","tenant","created","origin","dest","epoch","suite","keys":[{"kind","id","n"}],"attachments":[{"name","media","size","digest"}],"body":{…}}
 */
struct message {
	struct uuid id;
	char type[48];
	int64_t version;
	char tenant[7]; /* division code */
	char created[25];
	char origin[16], dest[16]; /* zones: internet, extranet, intranet */
	int64_t epoch;             /* origin epoch of the numbers */
	char suite[8];             /* digests in it */
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
SW_MUST_USE int message_encode(const struct message *m, struct buf *out);

/* Refusal record: body of type "message.refused", signed by the bundle that carries it; keeps keys and id of
 * the refused one. */
/* body: {"message": id, "type": type, "reason": "SCHEMA", "where": text, "by": station} */
SW_MUST_USE int message_make_refusal(
	const struct message *refused, int err, const char *where, const char *station, struct message *out);
#endif
