/* Templates of opinions and reasons 意见模板: the office's own, kept by version. conf's opinions.yaml is
 * taken in once, what the office changed since stays. */
#ifndef REG_STORE_OPINION_H
#define REG_STORE_OPINION_H
#include "common/base/json.h"
#include "common/db/db.h"

struct registry;
struct opinion {
	const char *code, *act, *name, *body, *basis;
};
/* At the start. ERR_CONFIG with file, line and column. */
SW_MUST_USE int opinion_take_in(struct registry *r, struct err_note *note);
/* From JSON {"act","name","body","basis"}: texts are borrowed. ERR_SCHEMA with the key. */
SW_MUST_USE int opinion_parse(const json_t *v, struct opinion *out, struct err_note *note);
/* Those in use: [{"code","act","name","body","basis","by","at","version"}]. */
SW_MUST_USE int opinion_list(struct db_tx *tx, json_t **out);
/* A new version; its number in *version. */
SW_MUST_USE int opinion_put(struct db_tx *tx, const struct opinion *o, const char *who, int64_t *version);
/* ERR_NOTFOUND: not in use. */
SW_MUST_USE int opinion_remove(struct db_tx *tx, const char *code, const char *who);
#endif
