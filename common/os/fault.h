/* Named places where a test may kill the process or fail a call. In a normal build these are nothing;
 * with -DSW_FAULTS: each fault_point(name) appends "program name" once to $SW_FAULT_DIR/seen (if set), and
 * kills the process with SIGKILL when $SW_FAULT_DIR/kill.<program>.<name> exists (removed first, so it
 * happens once). When hold.<program>.<name> exists it is renamed to held.<program>.<name> and the thread
 * waits until that is removed; the others go on. fault_fail(name) is true when
 * $SW_FAULT_DIR/fail.<program>.<name> holds a number N > 0 and this is the N-th pass; these names go to
 * $SW_FAULT_DIR/seen.fail. Names have at most 63 characters. */
#ifndef SW_OS_FAULT_H
#define SW_OS_FAULT_H
#include <stdbool.h>
#ifdef SW_FAULTS
void fault_init(const char *program);
void fault_point(const char *name);
bool fault_fail(const char *name);
#else
static inline void fault_init(const char *program)
{
	(void)program;
}
static inline void fault_point(const char *name)
{
	(void)name;
}
static inline bool fault_fail(const char *name)
{
	(void)name;
	return false;
}
#endif
#endif
