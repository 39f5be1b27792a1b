/* Inside zones/extranet/transfer: the steps of import-register. */
#ifndef REG_TRANSFER_IMPORT_IMPL_H
#define REG_TRANSFER_IMPORT_IMPL_H
#include "zones/extranet/domain/import_map.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/import.h"
#include "zones/extranet/transfer/import_seen.h"

struct import_run {
	struct registry *r;
	const struct cert *graphics_to; /* cadastred's key */
	const struct import_map *map;
	char folder[4096], name[IMPORT_RUN]; /* of the mapping; of the run */
	bool dry;
	struct import_seen *seen; /* numbers, of a trial; NULL else */
	int64_t graphics;         /* features written */
	struct err_note note;
};
/* Every record of every source that was not read yet. */
SW_MUST_USE int import_step_read(struct import_run *i);
/* Every unit that waits. */
SW_MUST_USE int import_step_write(struct import_run *i);
/* The file of one source as UTF-8. */
struct import_file;
SW_MUST_USE int import_file_open(
	const char *path, bool gb18030, struct import_file **out, struct err_note *note);
import_more import_file_more; /* arg: struct import_file */
void import_file_close(struct import_file *f);
/* Graphics of one source into FOLDER/SOURCE-N.swe, sealed to the intranet: lines as `cadastred import` reads
 * them. Closed and durable after each. */
struct import_graphics;
SW_MUST_USE int import_graphics_write(
	struct import_run *i, const char *source, int64_t first, const json_t *features);
#endif
