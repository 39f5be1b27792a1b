#include "common/base/room.h"
#include "common/db/blob_impl.h"

#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAY_S 86400

int blob_names_add(struct blob_names *s, const struct digest *name)
{
	int rc = ROOM(s->v, s->n, s->max);
	if (rc == 0)
		s->v[s->n++] = *name;
	return rc;
}

void blob_names_free(struct blob_names *s)
{
	free(s->v);
	*s = (struct blob_names){NULL, 0, 0};
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

static bool is_old(int dir, const char *name)
{
	struct stat st;
	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       time(NULL) - st.st_mtim.tv_sec > DAY_S;
}

/* Of a file in FOLDER: its name's first two digits are the folder's. */
static bool is_known(const struct blob_names *known, const char *folder, const char *file)
{
	char hex[DIGEST_HEX];
	struct digest d;
	if (strlen(file) != DIGEST_HEX - 3)
		return false;
	snprintf(hex, sizeof hex, "%s%s", folder, file);
	return digest_parse(hex, &d) == 0 && known->n &&
	       bsearch(&d, known->v, known->n, sizeof *known->v, compare) != NULL;
}

/* folder NULL: the top folder, where only what writers left behind is a file: removed. Elsewhere nothing is
 * removed: a row may be restored from a backup. */
static int folder_sweep(int dir, const char *folder, const struct blob_names *known, int64_t *orphans)
{
	struct listing l;
	int rc = listing_open(dir, folder ? folder : ".", &l);
	if (rc == ERR_NOTFOUND && folder)
		return 0;
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l)) != NULL;) {
		if (e->d_name[0] == '.' || !is_old(dirfd(l.dir), e->d_name))
			continue;
		if (!folder)
			rc = file_unlink(dirfd(l.dir), e->d_name, "blob.sweep");
		else if (!is_known(known, folder, e->d_name))
			++*orphans;
	}
	return listing_close(&l, rc);
}

int blob_sweep(struct blob_store *b, struct blob_names *known, int64_t *orphans)
{
	if (known->n)
		qsort(known->v, known->n, sizeof *known->v, compare);
	*orphans = 0;
	int rc = folder_sweep(b->dir, NULL, known, orphans);
	for (int i = 0; rc == 0 && i < 256; i++) {
		char folder[3];
		snprintf(folder, sizeof folder, "%02x", i);
		rc = folder_sweep(b->dir, folder, known, orphans);
	}
	return rc;
}
