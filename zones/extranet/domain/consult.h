/* What is asked of others for a case 部门协同: who is asked, for what, how long an answer may take, and how
 * it stands. */
#ifndef REG_DOMAIN_CONSULT_H
#define REG_DOMAIN_CONSULT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct consult_kind {
	const char *code, *zh, *en; /* of who is asked */
	const char *asked_zh, *asked_en;
	int days; /* after which an answer is late; 0: it comes with the application */
};
/* NULL: none. */
const struct consult_kind *consult_kind_find(const char *code);
const struct consult_kind *consult_kind_at(size_t i); /* NULL behind the last */

enum consult_state { CONSULT_ANSWERED, CONSULT_WAITING, CONSULT_LATE, CONSULT_FAILED, CONSULT_OFF };
const char *consult_state_code(enum consult_state s); /* answered, waiting, late, failed, off */
struct consult_facts {
	bool answered, failed, off; /* off: it is not waited for any more */
	int64_t asked_ms, now_ms;
};
enum consult_state consult_judge(const struct consult_kind *k, const struct consult_facts *f);
/* Whether it may be asked once more: by what stands, not by who asks. */
bool consult_again_possible(const struct consult_kind *k, enum consult_state s);
#endif
