/* 集中申请: one signature under many forms. What was signed is a text with the root over them (RFC 6962; a
 * leaf is a canonical form), and a case brings its place and the path from its form to that root. Pure. */
#ifndef REG_DOMAIN_CONSENT_JOINT_H
#define REG_DOMAIN_CONSENT_JOINT_H
#include "common/base/json.h"
#include "common/crypto/suite.h"

#define CONSENT_JOINT_MAX 1000 /* forms under one signature */
/* joint: {"text","index","path"}, text the canonical {"batch","business","business_version","count","kind":
 * "batch","root","statement"}; canonical, form: the form of the case. ERR_SCHEMA, ERR_SIGNATURE: the form
 * does not stand under that text. batch: whose row it is. */
SW_MUST_USE int consent_joint_check(const struct suite *s, const json_t *joint, struct view canonical,
	const json_t *form, struct uuid *batch, struct err_note *note);
/* Whether the party may sign so. ERR_SIGNATURE: it acts for itself, and who does signs the form it sees, not
 * a digest that may stand over any. */
SW_MUST_USE int consent_joint_signer(const json_t *party, struct err_note *note);
#endif
