/* What may pass: judged on both halves by the same catalogue, each message with its attachments. */
#ifndef SW_GAPD_INSPECT_H
#define SW_GAPD_INSPECT_H
#include "common/message/catalogue.h"

struct inspect_rule {
	const struct catalogue *catalogue;
	const char *from, *to; /* zones this direction connects */
};
/* Type and direction, schema, sizes, digests, content of attachments by media type, spatial formats. 0 or the
 * reason in note. */
SW_MUST_USE int inspect_message(const struct inspect_rule *r, const struct message *m,
	const struct view *attachments, size_t n, struct err_note *note);
/* A single file, as a material would be judged. *type static text. */
SW_MUST_USE int inspect_file(const char *path, const char **type, struct err_note *note);
#endif
