/* The file of a bundle that was read (build_read.h), and what it is known by. */
#ifndef SW_EXCHANGE_BUILD_FILE_H
#define SW_EXCHANGE_BUILD_FILE_H
#include "common/exchange/build_read.h"

/* The file is whole and nobody sees it yet; b->identity, digest, file and file_bytes are set. An attachment
 * that cannot be read: b->broken and broken_err tell of which message. *out: caller frees. */
SW_MUST_USE int build_file(struct build *b, enum spool_dir dir, struct file_new **out);
#endif
