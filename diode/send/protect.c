#include "diode/send/protect.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAILURE 1e-8         /* of a block at the loss it is made for */
#define RATE_UNKNOWN 12800e6 /* bits a second taken for "no limit" */
#define SECOND 1e9
#define DEPTH_MIN 4
/* From this rate on more blocks side by side than these cost more than they bridge: they leave the near
 * cache, and of a gap of the same time so much is lost that no number that would stay in any cache brings it
 * back. */
#define FAST 4e9 /* bits a second */
#define FAST_DEPTH 4

/* What a level is made for: random loss; gaps of `burst` seconds, of which a block may lose the share of its
 * symbols. Normal stands either, strong both at once. */
static const struct {
	const char *name;
	double loss, burst;
	double share; /* of n symbols, lost by a gap beside the random loss */
	unsigned depth_max;
} LEVELS[] = {{"none", 0, 0, 0, 1}, {"normal", 0.05, 0.005, 0, 16}, {"strong", 0.10, 0.1, 0.125, UINT32_MAX}};
#define NUMBERS (sizeof LEVELS / sizeof *LEVELS)
#define NUMBERS_DEPTH 16

static int numbers(const char *text, struct protect *p)
{
	char *end = NULL;
	unsigned long k = strtoul(text, &end, 10), m, depth = NUMBERS_DEPTH;
	if (text[0] < '1' || text[0] > '9' || *end != '+' || end[1] < '0' || end[1] > '9')
		return ERR_USAGE;
	m = strtoul(end + 1, &end, 10);
	if (*end == 'x' && end[1] >= '1' && end[1] <= '9')
		depth = strtoul(end + 1, &end, 10);
	if (*end != 0 || k > 255 || k + m > FRAME_SYMBOLS_MAX || m > 128 || depth > 1 << 20)
		return ERR_USAGE;
	*p = (struct protect){
		.level = NUMBERS, .k = (unsigned)k, .m_full = (unsigned)m, .depth_given = (unsigned)depth};
	return 0;
}

int protect_parse(const char *text, struct protect *out)
{
	for (unsigned i = 0; i < NUMBERS; i++)
		if (strcmp(text, LEVELS[i].name) == 0) {
			*out = (struct protect){.level = i, .k = PROTECT_K};
			return 0;
		}
	return numbers(text, out);
}

/* P(more than m of n lost); terms by logarithms so that nothing underflows early. */
static double tail(unsigned n, unsigned m, double loss)
{
	double sum = 0;
	for (unsigned i = m + 1; i <= n; i++)
		sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(loss) +
			   (n - i) * log1p(-loss));
	return sum;
}

static unsigned gap_of(unsigned level, unsigned n)
{
	return LEVELS[level].share > 0 ? (unsigned)ceil(LEVELS[level].share * n) + 1 : 0;
}

/* Whether k + m symbols, of which a gap takes its share first, fail rarely enough. */
static bool enough(unsigned level, unsigned k, unsigned m)
{
	unsigned gap = gap_of(level, k + m);
	return m >= gap && tail(k + m - gap, m - gap, LEVELS[level].loss) <= FAILURE;
}

/* Whether the repair symbols, spread alone, bring k back without a single data symbol. */
static bool alone(unsigned level, unsigned k, unsigned m)
{
	unsigned gap = gap_of(level, m) + 1;
	return m >= gap + k && tail(m - gap, m - gap - k, LEVELS[level].loss) <= FAILURE;
}

#define FAST_K                                                                                               \
	8 /* up to so many data symbols a block gets the repair symbols that let its data leave at once */

/* A longer block never needs fewer, at one level, than the one before. */
static void repair_for(struct protect *p, unsigned k)
{
	unsigned m = k > FAST_K + 1 ? p->m[k - 1] : 0;
	if (p->level == NUMBERS) {
		m = (k * p->m_full + p->k - 1) / p->k;
		p->fast[k] = m == 0 || m > k;
	} else if (LEVELS[p->level].loss > 0) {
		while (k + m < FRAME_SYMBOLS_MAX && !enough(p->level, k, m))
			m++;
		while (k <= FAST_K && !alone(p->level, k, m))
			m++;
		p->fast[k] = k <= FAST_K;
	} else {
		p->fast[k] = true;
	}
	p->m[k] = (uint8_t)m;
}

size_t protect_full_block(const struct protect *p, unsigned datagram)
{
	return (size_t)(p->k + p->m[p->k]) * datagram;
}

void protect_plan(struct protect *p, int64_t rate, unsigned datagram, int64_t memory)
{
	double per_second = (rate > 0 ? (double)rate : RATE_UNKNOWN) / 8;
	for (unsigned k = 1; k <= p->k; k++)
		repair_for(p, k);
	unsigned m = p->m[p->k], n = p->k + m;
	double block = (double)protect_full_block(p, datagram), depth = p->depth_given, lose = m;
	p->burst_wanted = 0;
	if (p->level < NUMBERS) {
		/* symbols of a block that a gap may cost */
		lose = LEVELS[p->level].share > 0 ? LEVELS[p->level].share * n : 0.6 * m;
		depth = m > 0 ? LEVELS[p->level].burst * n / lose * per_second / block + 1 : 1;
		depth = depth < DEPTH_MIN && m > 0 ? DEPTH_MIN : depth;
		unsigned depth_max = LEVELS[p->level].depth_max;
		if (depth_max < UINT32_MAX && 8 * per_second > FAST)
			depth_max = FAST_DEPTH;
		depth = depth > depth_max ? depth_max : depth;
		p->burst_wanted = (int64_t)(LEVELS[p->level].burst * SECOND);
	}
	double most = (double)memory / block;
	depth = depth > most ? most : depth;
	p->depth = depth < 1 ? 1 : (unsigned)depth;
	double spread = m > 0 ? p->depth * block / per_second : 0;
	double wanted = m > 0 && p->level < NUMBERS ? LEVELS[p->level].burst * n / lose : spread;
	p->spread = (int64_t)(SECOND * (spread < wanted ? spread : wanted));
	p->burst = m > 0 ? (int64_t)((double)p->spread * lose / n) : 0;
}
