#include "diode/frame/ghash.h"
#include "diode/frame/wire.h"
#include <stdlib.h>

#if defined __x86_64__ && __has_include(<intel-ipsec-mb.h>)
#include <intel-ipsec-mb.h>

struct ghash {
	IMB_MGR *m;
};
struct ghash_key {
	struct gcm_key_data d;
};

struct ghash *ghash_open(void)
{
	struct ghash *g = calloc(1, sizeof *g);
	IMB_ARCH arch = IMB_ARCH_NONE;
	if (g == NULL)
		return NULL;
	g->m = alloc_mb_mgr(0);
	if (g->m != NULL)
		init_mb_mgr_auto(g->m, &arch);
	if (arch < IMB_ARCH_AVX2) { /* below, libgcrypt is as fast */
		ghash_close(g);
		return NULL;
	}
	return g;
}

void ghash_close(struct ghash *g)
{
	if (g == NULL)
		return;
	if (g->m != NULL)
		free_mb_mgr(g->m);
	free(g);
}

int ghash_key_new(const struct ghash *g, const uint8_t h[static 16], struct ghash_key **out)
{
	struct ghash_key *k = aligned_alloc(64, (sizeof *k + 63) / 64 * 64);
	if (k == NULL)
		return ERR_NOMEM;
	memset(k, 0, sizeof *k);
	IMB_GHASH_PRE(g->m, h, &k->d);
	*out = k;
	return 0;
}

void ghash_key_free(struct ghash_key *k)
{
	if (k == NULL)
		return;
	buf_wipe(k, sizeof *k);
	free(k);
}

void ghash_run(const struct ghash *g, const struct ghash_key *k, struct view v, uint8_t out[static 16])
{
	uint8_t lengths[16] = {0};
	memset(out, 0, 16);
	wire_put64(lengths, 8 * (uint64_t)v.n);
	if (v.n > 0)
		IMB_GHASH(g->m, &k->d, v.p, v.n, out, 16);
	IMB_GHASH(g->m, &k->d, lengths, sizeof lengths, out, 16);
}
#else
struct ghash *ghash_open(void)
{
	return NULL;
}

void ghash_close(struct ghash *g)
{
	(void)g;
}

int ghash_key_new(const struct ghash *g, const uint8_t h[static 16], struct ghash_key **out)
{
	(void)g, (void)h, (void)out;
	return ERR_BUG;
}

void ghash_key_free(struct ghash_key *k)
{
	(void)k;
}

void ghash_run(const struct ghash *g, const struct ghash_key *k, struct view v, uint8_t out[static 16])
{
	(void)k, (void)v, (void)out;
	REQUIRE(g != NULL);
}
#endif
