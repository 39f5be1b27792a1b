#include "burner/disc/image.h"
#include "burner/disc/iso_layout.h"

#include <stdlib.h>
#include <string.h>

#define SYSTEM_AREA 16
#define HEAD_MAX (64 << 20)
#define BEHIND 65536

/* A drive may tell more sectors than were written, a stick has more. They hold nothing, or cannot be read. */
static int behind_check(struct medium *m, uint32_t from, struct err_note *note)
{
	static const uint8_t zeros[BEHIND];
	uint8_t *block = malloc(BEHIND);
	int rc = block ? 0 : ERR_NOMEM;
	for (int64_t at = (int64_t)from * ISO_SECTOR; rc == 0 && at < medium_size(m);) {
		ssize_t n = medium_read(m, block, BEHIND, at);
		if (n > 0 && memcmp(block, zeros, (size_t)n) != 0)
			rc = err_set(note, ERR_TRAILING,
				"something lies behind the end of the disc, near sector %lld",
				(long long)(at / ISO_SECTOR));
		at += n > 0 ? n : ISO_SECTOR;
	}
	free(block);
	return rc;
}

static int size_check(struct medium *m, const struct iso_layout *l, struct err_note *note)
{
	int64_t want = (int64_t)l->sectors * ISO_SECTOR;
	if (medium_size(m) < want)
		return err_set(note, ERR_TRUNCATED, "%lld bytes of %lld are there", (long long)medium_size(m),
			(long long)want);
	if (!medium_is_file(m))
		return behind_check(m, l->sectors, note);
	if (medium_size(m) > want)
		return err_set(note, ERR_TRAILING, "%lld bytes behind the end of the disc",
			(long long)(medium_size(m) - want));
	return 0;
}

static int head_check(struct medium *m, const struct buf *head, struct err_note *note)
{
	uint8_t s[MEDIUM_SECTOR];
	for (uint32_t at = 0; at < head->n / MEDIUM_SECTOR; at++) {
		if (medium_sector(m, at, s) < 0)
			return err_set(note, ERR_TRUNCATED, "sector %u cannot be read", at);
		if (memcmp(s, head->p + (size_t)at * MEDIUM_SECTOR, MEDIUM_SECTOR) == 0)
			continue;
		return at < SYSTEM_AREA
			       ? err_set(note, ERR_MEMBER, "sector %u: a foreign system area", at)
			       : err_set(note, ERR_FORMAT, "sector %u: not as this system writes a disc", at);
	}
	return 0;
}

int image_exact(const struct image *i, struct err_note *note)
{
	struct iso_layout l;
	struct buf head;
	int rc = iso_layout_make(&l, &i->disc, image_readme(), buf_view(&i->manifest), &i->approvals, note);
	if (rc < 0)
		return rc;
	buf_init(&head, HEAD_MAX);
	rc = iso_head(&l, &head);
	if (rc == 0)
		rc = head_check(i->medium, &head, note);
	if (rc == 0)
		rc = size_check(i->medium, &l, note);
	buf_fini(&head);
	iso_layout_fini(&l);
	return rc;
}
