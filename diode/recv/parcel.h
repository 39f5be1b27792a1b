/* A file being put together: without a name, or one that was kept incomplete and goes on. */
#ifndef SW_DIODE_PARCEL_H
#define SW_DIODE_PARCEL_H
#include "common/base/err.h"

struct parcel;
/* home: folder of the file system, stays the caller's and open. */
SW_MUST_USE int parcel_new(int home, struct parcel **out);
/* The one kept as `name` in `home`. ERR_NOTFOUND. */
SW_MUST_USE int parcel_resume(int home, const char *name, struct parcel **out);
int parcel_fd(const struct parcel *p);
/* Durable and named in that folder; ERR_EXISTS when the name is taken. The folder is not synced. */
SW_MUST_USE int parcel_publish(struct parcel *p, int folder, const char *base, const char *point);
/* Durable and kept as `name` in its home. */
SW_MUST_USE int parcel_keep(struct parcel *p, const char *name);
/* What was neither published nor kept vanishes. NULL is a no-op. */
void parcel_free(struct parcel *p);
#endif
