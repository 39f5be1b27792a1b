/* The files of a package below data/, but for its page. */
#ifndef REG_TRANSFER_ARCHIVE_PARTS_H
#define REG_TRANSFER_ARCHIVE_PARTS_H
#include "zones/extranet/transfer/archive_case.h"
#include "zones/extranet/transfer/bag.h"

struct archive_parts {
	struct registry *r;
	struct archive_case *a; /* rows of its lists get "file", the path of what stands for them */
	struct bag *bag;
	json_t *files; /* array, gets {"path","title"} of each file added */
	json_t *log;   /* array, gets the records of the log, with "file" */
};
/* ERR_BUSY: a record of the case is not under a checkpoint yet. */
SW_MUST_USE int archive_parts_add(struct archive_parts *p);
#endif
