/* One object on its way out: its description, then its content, read block by block. */
#ifndef SW_DIODE_OUTGOING_H
#define SW_DIODE_OUTGOING_H
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"

struct outgoing;
/* A file with its size at this moment, or a folder (fd -1). fd is taken, on failure too. symbol_max and k are
 * the largest block's measures. ERR_MEMBER for a name that cannot travel, ERR_LIMIT for a size that cannot.
 */
SW_MUST_USE int outgoing_open_file_take(const struct frame_meta *meta, const struct frame_id *id, int fd,
	unsigned symbol_max, unsigned k, struct outgoing **out);
/* A pipe or terminal of unknown length; fd stays the caller's. */
SW_MUST_USE int outgoing_open_pipe(const struct frame_meta *meta, const struct frame_id *id, int fd,
	unsigned symbol_max, unsigned k, struct outgoing **out);
void outgoing_free(struct outgoing *o);
/* Reads the next block into room (k * symbol_max bytes; padded with zeros to f->k symbols) and sets f but for
 * m and index. ERR_BUSY: a pipe has nothing yet; ERR_CONFLICT: the file is shorter than it was. */
SW_MUST_USE int outgoing_read(struct outgoing *o, struct frame *f, uint8_t *room);
bool outgoing_done(const struct outgoing *o);
const char *outgoing_name(const struct outgoing *o);
const struct frame_id *outgoing_id(const struct outgoing *o);
uint64_t outgoing_size(const struct outgoing *o);       /* description included; of a pipe so far */
void outgoing_set_item(struct outgoing *o, void *item); /* the feed's own mark */
void *outgoing_item(const struct outgoing *o);
#endif
