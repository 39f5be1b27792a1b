/* Libraries that take an allocation that fails for something wrong in what they read are given these, and are
 * asked afterwards: whatever they say then is for want of memory, which is nobody's fault and tried again. */
#ifndef SW_BASE_STARVED_H
#define SW_BASE_STARVED_H
#include <stdbool.h>
#include <stddef.h>

/* As the C library's; what they give is freed by its free(). */
void *starved_malloc(size_t n);
void *starved_realloc(void *was, size_t n);
/* From here on in this thread. */
void starved_watch(void);
/* Whether one of them failed since, in this thread. */
bool starved(void);
#endif
