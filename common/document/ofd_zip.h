/* Members of an OFD file, kept with their digests until the file is closed. */
#ifndef SW_DOCUMENT_OFD_ZIP_H
#define SW_DOCUMENT_OFD_ZIP_H
#include "common/crypto/suite.h"

#define OFD_MEMBERS_MAX 600
struct ofd_zip;
/* at_s: time of every member. Appends to `out`. */
SW_MUST_USE int ofd_zip_new(const struct suite *s, int64_t at_s, struct buf *out, struct ofd_zip **zip);
void ofd_zip_free(struct ofd_zip *z);
SW_MUST_USE int ofd_zip_add(struct ofd_zip *z, const char *name, struct view content);
/* Name and digest of member i; NULL behind the last. */
const char *ofd_zip_member(const struct ofd_zip *z, size_t i, struct digest *out);
SW_MUST_USE int ofd_zip_end(struct ofd_zip *z);
#endif
