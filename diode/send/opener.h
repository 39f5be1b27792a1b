/* Opens what is to be sent. Nothing is followed: no symbolic link, no device, no pipe inside a folder. */
#ifndef SW_DIODE_OPENER_H
#define SW_DIODE_OPENER_H
#include "diode/frame/frame_key.h"
#include "diode/send/again.h"
#include "diode/send/outgoing.h"

struct opener {
	const struct suite *suite;
	const struct frame_key *key; /* names objects: an unchanged file keeps its id */
	unsigned symbol_max, k;
	bool digest;         /* of the content, behind it */
	struct again *again; /* only what it lists; NULL: all */
};
/* dirfd/base is a regular file, sent as `name`. ERR_BUSY: it is not among what is to be sent again.
 * ERR_NOTFOUND, ERR_DENIED, ERR_MEMBER (not a regular file, or
 * a name that cannot travel), ERR_LIMIT; note tells. */
SW_MUST_USE int opener_file(const struct opener *o, int dirfd, const char *base, const char *name,
	struct outgoing **out, struct err_note *note);
/* The folder itself, for its sake: an empty one would vanish otherwise. */
SW_MUST_USE int opener_folder(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note);
SW_MUST_USE int opener_pipe(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note);
#endif
