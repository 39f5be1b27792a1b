#include "common/crypto/digest_many.h"
#include "common/crypto/sm3_lanes.h"
#include "common/crypto/suite_impl.h"
#include <gcrypt.h>

#define WORTH 3 /* texts; fewer are as quick alone */

void digest_many(const struct suite *s, const struct view *texts, size_t n, struct digest *out)
{
	size_t ways = s->gcry_md == GCRY_MD_SM3 && n >= WORTH ? sm3_lanes_ways() : 0;
	if (ways) {
		sm3_lanes(ways - 1, texts, n, out);
		return;
	}
	for (size_t i = 0; i < n; i++)
		digest_of(s, texts[i], &out[i]);
}
