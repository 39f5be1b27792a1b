/* What a layout file may say. Inside common/document. */
#ifndef SW_DOCUMENT_LAYOUT_CHECK_H
#define SW_DOCUMENT_LAYOUT_CHECK_H
#include "common/base/json.h"

#define LAYOUT_FIXED 3
extern const char *const layout_fixed[LAYOUT_FIXED + 1]; /* fields of every document; NULL behind them */
#define LAYOUT_FACTS "facts" /* in a QR code: digest of the canonical data, first 32 hex digits */
/* Checks a file read by config_yaml_marked; *out its plain values, new reference. ERR_CONFIG. */
SW_MUST_USE int layout_check(const char *file, const json_t *marked, json_t **out, struct err_note *note);
#endif
