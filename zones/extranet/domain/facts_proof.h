/* What stands on a 不动产登记证明 and not on a certificate of title (不动产登记簿证样式,
 * 国土资发〔2015〕25号): 证明权利或事项, 义务人, 其他. Pure. */
#ifndef REG_DOMAIN_FACTS_PROOF_H
#define REG_DOMAIN_FACTS_PROOF_H
#include "common/base/json.h"

/* 证明权利或事项 of a row of dyaq, dyiq, jzq, ygdj or yydj. Borrowed. */
const char *facts_proof_matter(const char *table, const json_t *right);
/* 其他: what the book says of the right beside its parties and place, each part with its name; nothing for
 * what the book leaves open. `term`: from when to when, "" when there is none. */
SW_MUST_USE int facts_proof_other(const char *table, const json_t *right, const char *term, struct buf *out);
#endif
