/* What an image is read from: a file or a drive, of which some sectors cannot be read and others were
 * repaired. */
#ifndef SW_BURNER_MEDIUM_H
#define SW_BURNER_MEDIUM_H
#include "common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MEDIUM_SECTOR 2048
struct medium;
/* pread(2), or what stands for it. */
typedef ssize_t medium_reader(int fd, void *p, size_t n, off_t at);
/* fd is borrowed. `tmp` >= 0: a folder for what is repaired, else it is kept in memory. reader NULL: pread.
 * ERR_FOREIGN when it is neither file nor drive. */
SW_MUST_USE int medium_new(
	int fd, int tmp, medium_reader *reader, struct medium **out, struct err_note *note);
void medium_free(struct medium *m);
int64_t medium_size(const struct medium *m); /* bytes */
bool medium_is_file(const struct medium *m);
/* A file that stands for a drive. */
void medium_is_drive(struct medium *m);
/* Bytes read (0 at the end) or ERR_IO: not a byte at `at` can be read. */
ssize_t medium_read(struct medium *m, void *p, size_t n, int64_t at);
/* One whole sector, also behind a shortened end: 0, ERR_IO. */
SW_MUST_USE int medium_sector(struct medium *m, uint32_t at, uint8_t out[static MEDIUM_SECTOR]);
/* From now on this is what is read there. May lie behind the end. */
SW_MUST_USE int medium_repair(struct medium *m, uint32_t at, const uint8_t sector[static MEDIUM_SECTOR]);
#endif
