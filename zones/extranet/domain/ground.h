/* Legal grounds 法定事由 of decisions that stop a case, from conf/businesses/grounds.yaml. Pure. */
#ifndef REG_DOMAIN_GROUND_H
#define REG_DOMAIN_GROUND_H
#include "common/base/json.h"

#define GROUND_CODE 32
/* [{"code","act","zh","en","basis"}]: each code once and beginning with its act, acts known, at least one for
 * each of reject, refuse, suspend. ERR_CONFIG with the place. */
SW_MUST_USE int ground_check(const json_t *list, struct err_note *note);
/* NULL: none of this code for this act. act NULL: for whatever act. */
const json_t *ground_find(const json_t *list, const char *act, const char *code);
/* Does the act need one? */
bool ground_needed(const char *act);
#endif
