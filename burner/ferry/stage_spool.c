#include "burner/ferry/stage_spool.h"

#include "burner/disc/repair_plan.h"
#include "burner/ferry/ferry.h"
#include "common/base/room.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In sectors: 80 minutes, one layer, two layers, one layer. */
static const struct {
	const char *name;
	uint32_t sectors;
} MEDIA[] = {{"cd", 359844}, {"dvd", 2295104}, {"dvd-dl", 4171712}, {"bd", 12219392}};

uint32_t ferry_capacity(const char *medium)
{
	for (size_t i = 0; i < sizeof MEDIA / sizeof *MEDIA; i++)
		if (strcmp(MEDIA[i].name, medium) == 0)
			return MEDIA[i].sectors;
	char *end = NULL;
	long long n = medium[0] >= '1' && medium[0] <= '9' ? strtoll(medium, &end, 10) : 0;
	if (n < 1 || n > 65536 || (end[0] != 'M' && end[0] != 'G') || end[1])
		return 0;
	n *= end[0] == 'M' ? 512 : 524288;
	return n <= REPAIR_SECTORS_MAX ? (uint32_t)n : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct disc_file *)a)->name, ((const struct disc_file *)b)->name);
}

static int name_add(struct stage_spool *s, size_t *cap, const char *name)
{
	if (ROOM(s->v, s->n, *cap) < 0)
		return ERR_NOMEM;
	s->v[s->n] = (struct disc_file){.size = 0};
	memcpy(s->v[s->n++].name, name, strlen(name) + 1);
	return 0;
}

/* What a kill left aside has its name again before the folder is listed. */
static int aside_back(int from)
{
	struct listing l;
	int rc = listing_open(from, ".", &l);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));)
		if (taken_aside(e->d_name))
			taken_back(from, e->d_name);
	return listing_close(&l, rc);
}

int stage_spool_read(int from, struct stage_spool *out, struct err_note *note)
{
	struct stage_spool s = {.fd = from};
	size_t cap = 0;
	struct listing l;
	int rc = aside_back(from), listed = listing_open(from, ".", &l);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));) {
		size_t n = strlen(e->d_name);
		if (disc_bundle_name_ok(e->d_name))
			rc = s.n == STAGE_FILES_MAX ? (int)(s.left++, 0) : name_add(&s, &cap, e->d_name);
		else if (e->d_name[0] != '.' && n > 4 && strcmp(e->d_name + n - 4, ".swb") == 0)
			rc = err_set(note, ERR_MEMBER, "%.100s: not the name of a bundle", e->d_name);
	}
	listed = listing_close(&l, listed);
	if (rc == 0 && listed < 0)
		rc = err_set(note, listed, "the folder of bundles cannot be listed");
	if (rc == 0 && s.n == 0)
		rc = err_set(note, ERR_NOTFOUND, "there is nothing to carry: no bundle in the folder");
	if (rc < 0) {
		stage_spool_fini(&s);
		return rc;
	}
	if (s.n > 1)
		qsort(s.v, s.n, sizeof *s.v, by_name);
	*out = s;
	return 0;
}

/* How many of them, from one on, fit on one disc. */
static int part_fit(
	const struct stage_spool *s, size_t from, uint32_t capacity, size_t *n, struct err_note *note)
{
	/* Folders' records and manifest take less than a sector for each bundle. */
	uint32_t sectors = 128;
	*n = 0;
	for (size_t i = from; i < s->n && *n < DISC_FILES_MAX; i++, (*n)++) {
		struct repair_plan p;
		struct stat st;
		if (fstatat(s->fd, s->v[i].name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_set(note, err_from_errno(errno), "%s", s->v[i].name);
		int64_t more = st.st_size / 2048 + 2;
		if (more > capacity || repair_plan_make(sectors + (uint32_t)more, &p) < 0 ||
			p.data + p.sectors > capacity)
			break;
		sectors += (uint32_t)more;
	}
	return 0;
}

int stage_spool_split(struct stage_spool *s, const char *medium, struct err_note *note)
{
	uint32_t capacity = ferry_capacity(medium);
	size_t at = 0;
	while (at < s->n && s->nparts < DISC_SET_MAX) {
		struct stage_part *p = &s->parts[s->nparts++];
		p->from = at;
		int rc = part_fit(s, at, capacity, &p->n, note);
		if (rc < 0)
			return rc;
		if (p->n == 0)
			return err_set(note, ERR_LIMIT, "%s: too large for a %s", s->v[at].name, medium);
		at += p->n;
	}
	s->left += s->n - at;
	s->n = at;
	return 0;
}

int stage_spool_clear(const struct stage_spool *s, struct err_note *note)
{
	int rc = 0;
	/* Another one that has the name by now waits for the next disc. */
	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		rc = taken_unlink(s->fd, s->v[i].name, &s->v[i].from, "stage.take");
		if (rc == ERR_NOTFOUND || rc == ERR_CONFLICT)
			rc = 0;
	}
	if (rc == 0)
		rc = file_fsync_dir(s->fd, "stage.from");
	return rc < 0 ? err_set(note, rc, "staged bundles cannot be taken out of their folder") : 0;
}

void stage_spool_fini(struct stage_spool *s)
{
	free(s->v);
	s->v = NULL;
	s->n = 0;
}
