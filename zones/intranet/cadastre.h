/* What the parts of cadastred share: its own configuration and state. */
#ifndef CAD_CADASTRE_H
#define CAD_CADASTRE_H
#include "common/service/service.h"

struct cadastre_config {
	char *graphics_key, *graphics_cert; /* opens window graphics */
	int64_t area_tolerance_permille;
	char *burner, *burner_store, *disc_out, *disc_images, *disc_carry, *officer_keys;
};
struct cadastre {
	struct service *service;
	const struct cadastre_config *config;
	struct open_key *graphics;
};
static inline struct cadastre *cadastre_of(struct service *s)
{
	return s->zone;
}
#endif
