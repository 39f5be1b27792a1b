/* Dictionaries of the register (TD/T 1066): codes and their words, named as book_columns.h names them. Pure.
 */
#ifndef REG_DOMAIN_CODES_H
#define REG_DOMAIN_CODES_H
#include "common/base/json.h"

/* Words of a code; the code itself when it is unknown. */
const char *codes_zh(const char *dictionary, const char *code);
const char *codes_en(const char *dictionary, const char *code);
/* {"djlx":[{"code","zh","en"}] …}, new reference. */
json_t *codes_json(void);
#endif
