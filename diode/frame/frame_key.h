/* The link's key and the sessions below it. A session id is its start (ms since 1970, 6 bytes), 6 random
 * bytes and 4 bytes of a keyed check over them: a receiver drops datagrams of sessions nobody with the key
 * has opened before it derives anything. */
#ifndef SW_DIODE_FRAME_KEY_H
#define SW_DIODE_FRAME_KEY_H
#include "common/crypto/suite.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_mac.h"

struct frame_key;
/* file: mode 0600, 32 raw bytes or 64 hex digits (and a line end); NULL: the published key, which detects
 * damage but no forgery. ERR_DENIED (mode), ERR_KEY (form), ERR_NOTFOUND, with the place in note. */
SW_MUST_USE int frame_key_load(
	const struct suite *s, const char *file, struct frame_key **out, struct err_note *note);
void frame_key_free(struct frame_key *k);
bool frame_key_published(const struct frame_key *k);
uint8_t frame_key_suite(const struct frame_key *k); /* the head's suite byte */
SW_MUST_USE int frame_key_session_new(struct frame_key *k, int64_t now, struct frame_id *out);
int64_t frame_key_session_time(const struct frame_id *id); /* ms since 1970 */
bool frame_key_session_ok(struct frame_key *k, const struct frame_id *id);
SW_MUST_USE int frame_key_session_mac(
	const struct frame_key *k, const struct frame_id *id, struct frame_mac **out);
/* The id of an object that is described so: whoever has the key gives the same, nobody else can. */
void frame_key_object(const struct frame_key *k, struct view what, struct frame_object *out);
/* Tags n <= FRAME_MAC_MANY datagrams whose last FRAME_TAG bytes are the tag's place. */
SW_MUST_USE int frame_key_seal(
	struct frame_mac *m, const uint64_t *seq, uint8_t *const *datagram, const size_t *size, unsigned n);
/* Tells of each whether its tag is right. */
void frame_key_holds(
	struct frame_mac *m, const uint64_t *seq, const struct view *datagram, unsigned n, bool *holds);
#endif
