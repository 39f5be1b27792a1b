/* A bundle taken apart: typed, bounded records in one memfd. The only form in which anything crosses the
 * guard. HEAD MANIFEST SIG CERT (MESSAGE PATH ATTACHMENT*)* END; each is {u32 type, u32 0, u64 size} and its
 * bytes, in the machine's byte order (both ends run on it). MANIFEST, SIG, CERT are the origin's; a MESSAGE
 * is canonical JSON. DESIGN.md gives the table. */
#ifndef SW_GAPD_RECORD_H
#define SW_GAPD_RECORD_H
#include "common/base/buf.h"
#include "common/bundle/bundle.h"

enum record_type {
	RECORD_HEAD = 1, /* struct record_bundle */
	RECORD_MANIFEST,
	RECORD_SIG,
	RECORD_CERT,
	RECORD_MESSAGE,
	RECORD_PATH, /* struct bundle_origin_path, see record_path_encode */
	RECORD_ATTACHMENT,
	RECORD_END
};
struct record {
	enum record_type type;
	struct view v;
};
struct record_bundle {
	enum manifest_kind kind; /* of the origin's bundle */
	uint32_t messages;
};

/* ---- writing */
SW_MUST_USE int record_create(int *fd); /* an empty memfd that can be sealed */
SW_MUST_USE int record_put(int fd, enum record_type t, struct view v);
SW_MUST_USE int record_put_head(int fd, const struct record_bundle *b);
SW_MUST_USE int record_put_path(int fd, const struct bundle_origin_path *p);
/* No more writing, growing, shrinking, and no lifting of that. */
SW_MUST_USE int record_seal(int fd);

/* ---- reading */
/* Checks the seals and maps the whole: it can no longer change. ERR_FORMAT, ERR_LIMIT past max. record_unmap
 * when done. */
SW_MUST_USE int record_map(int fd, int64_t max, struct view *out);
void record_unmap(struct view v);
struct record_reader {
	struct view all;
	size_t at;
	uint32_t messages;
	enum record_type last;
	bool begun;
};
void record_reader_init(struct record_reader *r, struct view all);
/* 1: *out is the next record (its bytes borrowed from the mapping), 0: END was the last and nothing follows.
 * The order is enforced here. ERR_FORMAT, ERR_LIMIT, ERR_TRUNCATED, ERR_TRAILING. */
SW_MUST_USE int record_next(struct record_reader *r, struct record *out);
SW_MUST_USE int record_head(struct view v, struct record_bundle *out);
SW_MUST_USE int record_path(struct view v, struct bundle_origin_path *out);
#endif
