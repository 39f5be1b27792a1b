/* Where everything of a disc lies: ISO 9660 level 2 with Rock Ridge names and Joliet, made for the three
 * folders of a disc and nothing else. Decided before the first byte is written, so that equal inputs give
 * equal bytes. 0–15 system area (8–11: superblocks of the repair data)   16 primary, 17 Joliet, 18 end of
 * descriptors 19–22 path tables   23… folders, Rock Ridge then Joliet, Rock Ridge's mark   README.txt,
 * disc.json, approvals, bundles, repair.dat */
#ifndef SW_BURNER_ISO_LAYOUT_H
#define SW_BURNER_ISO_LAYOUT_H
#include "burner/disc/approval.h"
#include "burner/disc/disc.h"
#include "burner/disc/repair_plan.h"

#define ISO_SECTOR 2048

enum iso_folder { ISO_ROOT, ISO_APPROVALS, ISO_BUNDLES, ISO_FOLDERS };
struct iso_file {
	char name[DISC_NAME_MAX + 1]; /* Rock Ridge and Joliet */
	char plain[16];               /* ISO 9660, without version */
	enum iso_folder folder;
	int64_t size;
	uint32_t at;         /* sector */
	struct view content; /* in memory; p == NULL: a bundle, or the repair data */
};
struct iso_layout {
	const struct disc *disc;
	int64_t time_ms;
	struct iso_file *files; /* owned, in the order in which they lie */
	size_t n;
	uint32_t folder_at[2][ISO_FOLDERS], folder_sectors[2][ISO_FOLDERS]; /* [0] Rock Ridge, [1] Joliet */
	uint32_t er_at;                                                     /* Rock Ridge's own mark */
	uint32_t sectors;                                                   /* of the whole image */
	struct repair_plan repair;
};
/* All views are borrowed. ERR_LIMIT when a bundle or the whole is too large for the format. */
SW_MUST_USE int iso_layout_make(struct iso_layout *out, const struct disc *d, struct view readme,
	struct view manifest, const struct approvals *a, struct err_note *note);
void iso_layout_fini(struct iso_layout *l);
/* Everything in front of the first file, whole sectors. */
SW_MUST_USE int iso_head(const struct iso_layout *l, struct buf *out);
/* Records of one folder, whole sectors; part 0 Rock Ridge, 1 Joliet. */
SW_MUST_USE int iso_folder_records(const struct iso_layout *l, int part, enum iso_folder f, struct buf *out);
#endif
