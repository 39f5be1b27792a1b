#include "gapd/link/record.h"

#include "common/bundle/bundle_limits.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define ATTACHMENT_MAX (INT64_C(64) << 20)
#define PATH_NODES 16

struct header {
	uint32_t type, zero;
	uint64_t size;
};
struct head {
	uint32_t kind, messages;
};
struct path {
	int64_t leaf, of;
	uint8_t salt[16];
	struct digest message;
	uint64_t nodes;
	struct digest node[PATH_NODES];
};
_Static_assert(sizeof(struct header) == 16 && sizeof(struct path) == 72 + 32 * PATH_NODES, "no padding");

static const struct {
	uint64_t min, max;
} bounds[] = {
	[RECORD_HEAD] = {sizeof(struct head), sizeof(struct head)},
	[RECORD_MANIFEST] = {2, MANIFEST_BYTES_MAX},
	[RECORD_SIG] = {1, BUNDLE_SIG_MAX},
	[RECORD_CERT] = {1, BUNDLE_PEM_MAX},
	[RECORD_MESSAGE] = {2, MESSAGE_BYTES_MAX},
	[RECORD_PATH] = {sizeof(struct path), sizeof(struct path)},
	[RECORD_ATTACHMENT] = {0, ATTACHMENT_MAX},
	[RECORD_END] = {0, 0},
};

int record_create(int *fd)
{
	int f = memfd_create("records", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (f < 0)
		return err_from_errno(errno);
	*fd = f;
	return 0;
}

int record_put(int fd, enum record_type t, struct view v)
{
	struct header h = {.type = (uint32_t)t, .size = v.n};
	if (v.n < bounds[t].min || v.n > bounds[t].max)
		return ERR_LIMIT;
	int rc = file_write_all(fd, &h, sizeof h);
	return rc == 0 ? file_write_all(fd, v.p, v.n) : rc;
}

int record_put_head(int fd, const struct record_bundle *b)
{
	struct head h = {(uint32_t)b->kind, b->messages};
	return record_put(fd, RECORD_HEAD, view_of(&h, sizeof h));
}

int record_put_path(int fd, const struct bundle_origin_path *p)
{
	struct path w = {.leaf = p->leaf, .of = p->of, .message = p->message, .nodes = p->npath};
	REQUIRE(p->npath <= PATH_NODES);
	memcpy(w.salt, p->salt, sizeof w.salt);
	memcpy(w.node, p->path, p->npath * sizeof p->path[0]);
	return record_put(fd, RECORD_PATH, view_of(&w, sizeof w));
}

int record_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? err_from_errno(errno) : 0;
}

int record_map(int fd, int64_t max, struct view *out)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0 || st.st_size <= 0)
		return ERR_FORMAT;
	if (st.st_size > max)
		return ERR_LIMIT;
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_from_errno(errno);
	*out = view_of(p, (size_t)st.st_size);
	return 0;
}

void record_unmap(struct view v)
{
	if (v.n)
		munmap((void *)(uintptr_t)v.p, v.n);
}

void record_reader_init(struct record_reader *r, struct view all)
{
	*r = (struct record_reader){.all = all};
}

static bool follows(const struct record_reader *r, uint32_t type)
{
	if (!r->begun)
		return type == RECORD_HEAD;
	switch (r->last) {
	case RECORD_HEAD:
		return type == RECORD_MANIFEST;
	case RECORD_MANIFEST:
		return type == RECORD_SIG;
	case RECORD_SIG:
		return type == RECORD_CERT;
	case RECORD_MESSAGE:
		return type == RECORD_PATH;
	case RECORD_PATH:
	case RECORD_ATTACHMENT:
		return type == RECORD_ATTACHMENT || type == RECORD_MESSAGE || type == RECORD_END;
	case RECORD_CERT:
		return type == RECORD_MESSAGE || type == RECORD_END;
	case RECORD_END:
		return false;
	}
	return false;
}

int record_next(struct record_reader *r, struct record *out)
{
	struct header h;
	if (r->begun && r->last == RECORD_END)
		return r->at == r->all.n ? 0 : ERR_TRAILING;
	if (r->all.n - r->at < sizeof h)
		return ERR_TRUNCATED;
	memcpy(&h, r->all.p + r->at, sizeof h);
	if (h.zero != 0 || !follows(r, h.type))
		return ERR_FORMAT;
	if (h.size < bounds[h.type].min || h.size > bounds[h.type].max)
		return ERR_LIMIT;
	r->at += sizeof h;
	if (h.size > r->all.n - r->at)
		return ERR_TRUNCATED;
	if (h.type == RECORD_MESSAGE && ++r->messages > BUNDLE_MESSAGES_MAX)
		return ERR_LIMIT;
	*out = (struct record){(enum record_type)h.type, view_of(r->all.p + r->at, (size_t)h.size)};
	r->at += (size_t)h.size;
	r->last = out->type;
	r->begun = true;
	return 1;
}

int record_head(struct view v, struct record_bundle *out)
{
	struct head h;
	memcpy(&h, v.p, sizeof h);
	if (h.kind > MANIFEST_TICK || h.messages > BUNDLE_MESSAGES_MAX)
		return ERR_FORMAT;
	*out = (struct record_bundle){(enum manifest_kind)h.kind, h.messages};
	return 0;
}

int record_path(struct view v, struct bundle_origin_path *out)
{
	struct path w;
	memcpy(&w, v.p, sizeof w);
	if (w.nodes > PATH_NODES || w.of < 1 || w.of > BUNDLE_MESSAGES_MAX || w.leaf < 0 || w.leaf >= w.of)
		return ERR_FORMAT;
	*out = (struct bundle_origin_path){
		.leaf = w.leaf, .of = w.of, .message = w.message, .npath = (size_t)w.nodes};
	memcpy(out->salt, w.salt, sizeof out->salt);
	memcpy(out->path, w.node, out->npath * sizeof w.node[0]);
	return 0;
}
