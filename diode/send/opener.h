/* Opens what is to be sent. Nothing is followed: no symbolic link, no device, no pipe inside a folder. */
#ifndef SW_DIODE_OPENER_H
#define SW_DIODE_OPENER_H
#include "common/crypto/suite.h"
#include "diode/send/outgoing.h"

struct opener {
	const struct suite *suite;
	uint8_t secret[32]; /* of this run: an unchanged file keeps its id in every pass */
	unsigned symbol_max, k;
};
void opener_init(struct opener *o, const struct suite *s, unsigned symbol_max, unsigned k);
/* dirfd/base is a regular file, sent as `name`. ERR_NOTFOUND, ERR_DENIED, ERR_MEMBER (not a regular file, or
 * a name that cannot travel), ERR_LIMIT; note tells. */
SW_MUST_USE int opener_file(const struct opener *o, int dirfd, const char *base, const char *name,
	struct outgoing **out, struct err_note *note);
/* The folder itself, for its sake: an empty one would vanish otherwise. */
SW_MUST_USE int opener_folder(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note);
SW_MUST_USE int opener_pipe(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note);
#endif
