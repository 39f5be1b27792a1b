/* Persons of an intranet and of a foreign zone with keys of their own, and discs in the making, in a
 * temporary folder. Each function fails the test when it cannot. */
#ifndef SW_TEST_BURNER_WORLD_H
#define SW_TEST_BURNER_WORLD_H
#include "burner/disc/image.h"

struct world {
	char dir[64];
	const struct suite *suite;
	struct trust *trust, *foreign;
	struct sign_key *he, *lin, *tao; /* officers of the intranet */
	struct sign_key *he2;            /* a second key of the officer he */
	struct sign_key *stranger;       /* an officer of the foreign zone, named he too */
};
struct world *world_new(const char *suite);
void world_free(struct world *w);
/* An open folder DIR/NAME, made when it is absent. */
int world_dir(const struct world *w, const char *name);
/* DIR/NAME has these bytes. */
void world_put(int dir, const char *name, struct view content);
/* Names in a folder in order, each followed by a blank. */
const char *world_ls(int dir, char out[static 1024]);

/* A disc with bundles f00.swb, f01.swb … of 1000·k+17 patterned bytes, in the folder `bundles`. */
struct draft {
	struct disc disc;
	struct buf manifest;
	struct approvals approvals;
	int bundles;
};
void draft_init(struct draft *d, const struct world *w, const char *folder, size_t n);
/* Encodes disc.json again after the disc was changed, and drops the approvals. */
void draft_seal(struct draft *d);
void draft_approve(struct draft *d, const struct sign_key *k);
/* The image as a nameless file. */
int draft_image(const struct draft *d);
void draft_fini(struct draft *d);

/* All bytes of a file, and a nameless file with these bytes. */
void world_load(int fd, struct buf *out);
int world_file(struct view v);
#endif
