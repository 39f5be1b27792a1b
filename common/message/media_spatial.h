/* Recognising spatial formats, by content and by name. */
#ifndef SW_MESSAGE_MEDIA_SPATIAL_H
#define SW_MESSAGE_MEDIA_SPATIAL_H
#include "common/base/buf.h"
#include <stdbool.h>

/* Static name of the format when the bytes are spatial data, else NULL. Archives are not opened here. */
const char *media_spatial(struct view v);
/* The same by an archive entry's name (.shp, .gdb/ …): inside an archive names tell too. */
const char *media_spatial_name(const char *name);
#endif
