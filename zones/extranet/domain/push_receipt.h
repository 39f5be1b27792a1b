/* What the department of trade 房屋交易 or the tax office 税务 answers when it was told of a case. Pure.
 * Interface: tests/departments/README.md. */
#ifndef REG_DOMAIN_PUSH_RECEIPT_H
#define REG_DOMAIN_PUSH_RECEIPT_H
#include "common/base/json.h"

#define PUSH_RECEIPT 65
/* {"receipt"}: 1 to 64 printing characters of ASCII, no space. ERR_SCHEMA. */
SW_MUST_USE int push_receipt_read(const json_t *reply, char out[static PUSH_RECEIPT], struct err_note *note);
#endif
