/* One signature under many forms 集中申请: the text that is signed holds the root over the forms (RFC 6962,
 * leaf: the canonical form), and each form goes on its way with its place and the path to that root. Pure.
 * Text: canonical {"batch","business","business_version","count","kind":"batch","root","statement"}. */
#ifndef INTAKE_DOMAIN_JOINT_H
#define INTAKE_DOMAIN_JOINT_H
#include "common/audit/merkle.h"
#include "common/base/json.h"

struct joint {
	const char *batch, *business; /* id and code */
	int64_t business_version;
};
/* The text over n leaves, appended. */
SW_MUST_USE int joint_text(
	const struct suite *s, const struct joint *j, const struct digest *leaves, size_t n, struct buf *out);
/* {"text","index","path":[hex…]}: how the form stands under the text; path: digests in hex, apart by spaces.
 * ERR_CONFLICT: it does not, for it was changed since. New reference. */
SW_MUST_USE int joint_proof(const struct suite *s, const char *text, struct view form, int64_t index,
	const char *path, json_t **out);
#endif
