/* Does a drawing do what its business promises and the law demands? Pure. 受理 before 审核 before 登簿 on
 * every way; tax, cadastral review, public notice and certificate exactly where the definition says so;
 * nothing that this registry cannot do. */
#ifndef REG_DOMAIN_PROCESS_H
#define REG_DOMAIN_PROCESS_H
#include "common/workflow/bpmn.h"
#include "common/workflow/business.h"

/* What a drawing may name: acts of people, topics of services, permissions that an act may ask for beside its
 * own (sw:role); each ends with NULL. */
extern const char *const process_acts[], *const process_topics[], *const process_roles[];
/* ERR_CONFIG with "ELEMENT, line N: what". */
SW_MUST_USE int process_fits(const struct business *b, const struct bpmn *p, struct err_note *note);
#endif
