/* Any bytes as a disc: by the first byte the rest is an image, a manifest, or an image to be repaired. A
 * manifest that is taken comes back byte for byte. */
#include "burner/disc/image.h"
#include "burner/disc/repair.h"
#include "common/os/file.h"
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_image(struct view v)
{
	struct image i;
	struct medium *m = NULL;
	struct err_note note = {0};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, v.p, v.n) == 0);
	REQUIRE(medium_new(fd, -1, NULL, &m, &note) == 0);
	int rc = image_open(m, &i, &note);
	REQUIRE(rc == 0 || note.err == rc || rc == ERR_NOMEM);
	if (rc == 0) {
		rc = image_bundles(&i, -1, &note);
		REQUIRE(rc == 0 || note.err == rc);
		note = (struct err_note){0};
		rc = image_exact(&i, &note);
		REQUIRE(rc == 0 || note.err == rc || rc == ERR_NOMEM);
		image_fini(&i);
	}
	medium_free(m);
	(void)close(fd);
}

static void fuzz_repair(struct view v)
{
	struct repair_report r;
	struct medium *m = NULL;
	struct err_note note = {0};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, v.p, v.n) == 0);
	REQUIRE(medium_new(fd, -1, NULL, &m, &note) == 0);
	REQUIRE(repair_run(m, &r, &note) == 0 && r.repaired <= r.bad && r.bad <= r.sectors);
	repair_report_fini(&r);
	medium_free(m);
	(void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct disc d;
	struct buf again;
	if (size == 0)
		return 0;
	struct view v = view_of(data + 1, size - 1);
	if (data[0] % 3 != 1) {
		if (data[0] % 3 == 0)
			fuzz_image(v);
		else
			fuzz_repair(v);
		return 0;
	}
	if (disc_decode(v, &d, NULL) < 0)
		return 0;
	buf_init(&again, DISC_MANIFEST_MAX);
	REQUIRE(disc_encode(&d, &again) == 0 && view_eq(buf_view(&again), v));
	buf_fini(&again);
	disc_fini(&d);
	return 0;
}
