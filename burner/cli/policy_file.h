/* A policy as people write it: YAML, see conf/burner. */
#ifndef SW_BURNER_POLICY_FILE_H
#define SW_BURNER_POLICY_FILE_H
#include "burner/ledger/policy.h"

/* ERR_CONFIG with file, line and column; out->version is 0. */
SW_MUST_USE int policy_file_read(const char *file, struct policy *out, struct err_note *note);
#endif
