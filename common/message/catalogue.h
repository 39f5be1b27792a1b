/* conf/messages.yaml: for each message type its fields, attachments, links and rules. The single source for
 * gapd, receivers and the reference. */
#ifndef SW_MESSAGE_CATALOGUE_H
#define SW_MESSAGE_CATALOGUE_H
#include "common/message/message.h"
#include <stdbool.h>

struct catalogue;
SW_MUST_USE int catalogue_load(const char *yaml_file, struct catalogue **out, struct err_note *note);
void catalogue_free(struct catalogue *c);
/* Digest over the canonical JSON of the catalogue: the two sides of a link must agree. */
void catalogue_digest(const struct catalogue *c, struct digest *out);

/* Whole check of a message against its type: known type and version, link and direction allowed ("gap" from
 * "internet" …), every field typed and bounded, no unknown field, attachments allowed, counted, sized.
 * ERR_TYPE, ERR_SCHEMA, ERR_LIMIT, ERR_MEDIA with the place in note. */
SW_MUST_USE int catalogue_check(const struct catalogue *c, const struct message *m, const char *link,
	const char *from, struct err_note *note);
/* Content of one attachment against its declared media type (media.h); ERR_MEDIA, ERR_SPATIAL. */
SW_MUST_USE int catalogue_check_attachment(const struct catalogue *c, const struct message *m, size_t index,
	struct view content, struct err_note *note);
/* May a message of this type be applied although an earlier one on its key was refused? */
bool catalogue_follows_refused(const struct catalogue *c, const char *type);
/* A request or reply: it has a deadline, no order keys and no attachments. */
bool catalogue_transient(const struct catalogue *c, const char *type);
/* The type that answers this request; NULL: it is none. */
const char *catalogue_reply(const struct catalogue *c, const char *type);
/* 0 before all others, 1 normal, 2 what can wait (priority: first, normal, bulk). */
int catalogue_priority(const struct catalogue *c, const char *type);
#endif
