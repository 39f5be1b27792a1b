/* What the parts of cadastred share: its own configuration and state. */
#ifndef CAD_CADASTRE_H
#define CAD_CADASTRE_H
#include "common/service/disc_api.h"
#include "common/service/service.h"

struct ferry;

struct cadastre_config {
	char *graphics_key, *graphics_cert; /* opens window graphics */
	int64_t area_tolerance_permille;
	char *burner, *burner_store, *disc_out, *disc_images, *disc_carry, *officer_keys;
	char *disc_ca, *disc_drive, *disc_read_drive; /* NULL: not configured */
};
struct cadastre {
	struct service *service;
	const struct cadastre_config *config;
	struct open_key *graphics;
	struct disc_ferry discs;
	struct ferry *ferry; /* worker of the disc ferry */
};
static inline struct cadastre *cadastre_of(struct service *s)
{
	return s->zone;
}
#endif
