/* Sessions somebody with the key has opened, but of which nothing genuine was heard yet (or they made room):
 * their keys, so that a flood under a recorded session's number costs a tag for each datagram and not the
 * making of a key. Bounded in number, and in keys made per second. */
#ifndef SW_DIODE_APPLICANTS_H
#define SW_DIODE_APPLICANTS_H
#include "diode/frame/frame_key.h"

struct applicants;
/* key stays the caller's and must outlive it. */
SW_MUST_USE int applicants_new(struct frame_key *key, struct applicants **out);
void applicants_free(struct applicants *a);
struct frame_mac *applicants_find(struct applicants *a, const struct frame_id *id); /* NULL: none */
/* The same, made if need be. ERR_LIMIT: too many in this second; ERR_CRYPTO, ERR_NOMEM. */
SW_MUST_USE int applicants_get(
	struct applicants *a, const struct frame_id *id, int64_t now, struct frame_mac **out);
bool applicants_busy(const struct applicants *a, int64_t now); /* applicants_get would make no more now */
/* The one found or got becomes the caller's. */
struct frame_mac *applicants_take(struct applicants *a, const struct frame_id *id);
#endif
