/* JSON in its canonical form (RFC 8785, whole numbers only), checked in one pass over the bytes: no value is
 * built. What passes is what json_parse takes and json_canon would write again, byte for byte. */
#ifndef SW_BASE_JSON_FORM_H
#define SW_BASE_JSON_FORM_H
#include "common/base/buf.h"

/* 0, or with the byte named: ERR_SYNTAX (not JSON, or not canonical), ERR_RANGE (a number that is not an
 * integer within ±(2^53−1)), ERR_LIMIT (nested deeper than JSON_DEPTH_MAX). */
SW_MUST_USE int json_form(struct view text, struct err_note *note);
/* The same for an object with no other members than `names` (NULL-terminated). out[i]: the bytes of the value
 * of names[i] as they stand, {NULL, 0} when it is absent. ERR_SCHEMA: no object, or another member. Quickest
 * when the names stand in the order of members. */
SW_MUST_USE int json_form_object(
	struct view text, const char *const *names, struct view *out, struct err_note *note);
/* Values of a list that json_form took: *rest is the list at first. False when there is no further one. */
bool json_form_next(struct view *rest, struct view *item);
#endif
