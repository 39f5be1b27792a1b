/* Revoked keys in a daemon: the lists in DATA/revoked, what comes by message, and the command that hands the
 * zone's own list on. */
#ifndef SW_SERVICE_REVOKED_H
#define SW_SERVICE_REVOKED_H
#include "common/service/service.h"

#define REVOKED_TRUSTS_MAX 16
/* The pinned authorities of all links, and of the services that a zone believes; borrowed. */
struct revoked {
	struct trust *trusts[REVOKED_TRUSTS_MAX];
	size_t n;
	char *dir; /* owned: DATA/revoked */
};
SW_MUST_USE int revoked_open(struct revoked *r, const char *data, struct err_note *note);
/* One more: the list that lies in the folder counts for it, and so does what comes. Before the service runs.
 */
SW_MUST_USE int revoked_add(struct revoked *r, struct trust *t, struct err_note *note);
void revoked_close(struct revoked *r);
/* Handler of keys.revoked; arg: struct service. */
SW_MUST_USE int revoked_apply(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note);
/* `PROGRAM revoke FILE`: keeps the zone's own list and queues it for every zone that is written to. */
SW_MUST_USE int revoked_publish(struct service *s, const char *file, struct err_note *note);
#endif
