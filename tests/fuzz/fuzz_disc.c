/* Any bytes as a disc: first byte even, the rest is an image; odd, it is a manifest. A manifest that is taken
 * comes back byte for byte. */
#include "burner/disc/image.h"
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
		image_fini(&i);
	}
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
	if (data[0] % 2 == 0) {
		fuzz_image(v);
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
