/* `--inspect FILE…`: what would become of single files. */
#ifndef SW_GAPD_HALF_INSPECT_H
#define SW_GAPD_HALF_INSPECT_H
#include <stddef.h>

struct half;
/* One line per file on standard output: "FILE: passes …" or "FILE: REASON: where". Exit code: 0 when all
 * pass, else 1. */
int half_inspect_files(struct half *h, char **files, size_t n);
#endif
