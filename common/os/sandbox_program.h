/* System calls of a confined foreign program (sandbox_program in sandbox.h). */
#ifndef SW_OS_SANDBOX_PROGRAM_H
#define SW_OS_SANDBOX_PROGRAM_H
#include "common/base/err.h"

SW_MUST_USE int sandbox_program_calls(void);
#endif
