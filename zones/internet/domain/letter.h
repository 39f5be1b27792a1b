/* Messages by e-mail: an address, and the letter that a template makes, zh and en. What it says is a code, or
 * that something about an application (last four digits of its case number) is to be seen at the portal;
 * nobody's name, number or property. Pure. */
#ifndef INTAKE_DOMAIN_LETTER_H
#define INTAKE_DOMAIN_LETTER_H
#include "common/base/json.h"

/* An address that is taken: ASCII, local part of letters, digits and ._%+-, a host with a dot, at most 127
 * bytes; no room for another header or command. */
bool letter_address_good(const char *s);
/* z***@example.cn. Appended. */
SW_MUST_USE int letter_address_mask(const char *s, struct buf *out);
struct letter {
	const char *id, *from, *to, *template; /* id: UUID, names it for good; addresses are good */
	const json_t *words;                   /* of the template: {"code","minutes"} or {"tail"} */
	const char *date;                      /* RFC 5322 */
};
/* Appends the letter as RFC 5322 has it, lines with CRLF. ERR_NOTFOUND: no such template. */
SW_MUST_USE int letter_make(const struct letter *l, struct buf *out);
#endif
