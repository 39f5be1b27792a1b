/* Revoked keys in a daemon: the lists in DATA/revoked, what comes by message, and the command that hands the
 * zone's own list on. */
#ifndef SW_SERVICE_REVOKED_H
#define SW_SERVICE_REVOKED_H
#include "common/service/service.h"

/* The pinned authorities of all links; borrowed. */
struct revoked {
	struct trust *trusts[9];
	size_t n;
	char *dir; /* owned: DATA/revoked */
};
SW_MUST_USE int revoked_open(struct revoked *r, const char *data, struct err_note *note);
void revoked_close(struct revoked *r);
/* Handler of keys.revoked; arg: struct service. */
SW_MUST_USE int revoked_apply(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note);
/* `PROGRAM revoke FILE`: keeps the zone's own list and queues it for every zone that is written to. */
SW_MUST_USE int revoked_publish(struct service *s, const char *file, struct err_note *note);
#endif
