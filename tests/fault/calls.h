/* This program's own write, pwrite64, fsync, fdatasync, linkat, renameat, unlinkat and malloc stand before
 * the C library's, for SQLite and everything else in the process: every n-th one fails. */
#ifndef SW_TEST_FAULT_CALLS_H
#define SW_TEST_FAULT_CALLS_H

enum calls_kind {
	CALLS_WRITE,
	CALLS_SYNC,
	CALLS_LINK,
	CALLS_RENAME,
	CALLS_UNLINK,
	CALLS_MALLOC,
	CALLS_KINDS
};
extern const char *const calls_names[];
/* From now on in this process; 0: none. A write fails for want of space, everything else as the kind does. */
void calls_fail(enum calls_kind kind, unsigned every);
#endif
