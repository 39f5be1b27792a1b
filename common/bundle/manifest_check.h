/* Rules a manifest must follow, the same for writing and reading. */
#ifndef SW_BUNDLE_MANIFEST_CHECK_H
#define SW_BUNDLE_MANIFEST_CHECK_H
#include "common/bundle/manifest.h"

#define MANIFEST_PROOF_MAX 4096
#define MANIFEST_NOTE_MAX 4096
#define MANIFEST_NUMBER_MAX ((INT64_C(1) << 53) - 1)
/* Messages in one bundle (BUNDLE_MESSAGES_MAX says the same to callers). */
#define MANIFEST_MESSAGES_MAX LIMIT_MESSAGES

/* 0, or ERR_SCHEMA, ERR_RANGE, ERR_SUITE, ERR_LIMIT with the member named in note. */
SW_MUST_USE int manifest_check(const struct manifest *m, struct err_note *note);
#endif
