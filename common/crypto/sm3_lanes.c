#include "common/crypto/sm3_lanes.h"
#include <endian.h>
#include <string.h>

#define LANES 8
#define BLOCK 64
#define WORDS 16
#define ROUNDS 64
/* One word of each lane; what the compiler makes of it depends on the function that it stands in. */
typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));
#define ROTL(x, n) ((x) << (n) | (x) >> (32 - (n)))
/* What is open in a lane: the blocks of the text, then those with the padding and the length. */
struct lane {
	const uint8_t *at;
	size_t blocks, ends;
	const struct view *text; /* NULL: nothing */
	uint8_t end[2 * BLOCK];
};
struct state {
	uint32_t h[8][LANES];
};
typedef void compress(struct state *s, const uint8_t *const block[static LANES]);

static inline __attribute__((always_inline)) void expand(
	const uint8_t *const block[static LANES], lanes w[static ROUNDS + 4])
{
	uint32_t words[WORDS][LANES], v;
	for (size_t l = 0; l < LANES; l++)
		for (size_t j = 0; j < WORDS; j++) {
			memcpy(&v, block[l] + 4 * j, sizeof v);
			words[j][l] = be32toh(v);
		}
	memcpy(w, words, sizeof words);
	for (size_t j = WORDS; j < ROUNDS + 4; j++) {
		lanes x = w[j - 16] ^ w[j - 9] ^ ROTL(w[j - 3], 15);
		w[j] = x ^ ROTL(x, 15) ^ ROTL(x, 23) ^ ROTL(w[j - 13], 7) ^ w[j - 6];
	}
}

/* The compression function of the standard (5.3.3), its letters. */
static inline __attribute__((always_inline)) void rounds(
	struct state *s, const uint8_t *const block[static LANES])
{
	lanes w[ROUNDS + 4], v[8];
	uint32_t t = 0x79cc4519;
	expand(block, w);
	memcpy(v, s->h, sizeof v);
	lanes a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
	for (size_t j = 0; j < ROUNDS; j++) {
		if (j == 16)
			t = ROTL(UINT32_C(0x7a879d8a), 16);
		lanes r = ROTL(a, 12), ss1 = ROTL(r + e + t, 7), ss2 = ss1 ^ r;
		lanes ff = j < 16 ? a ^ b ^ c : (a & b) | (c & (a | b));
		lanes gg = j < 16 ? e ^ f ^ g : g ^ (e & (f ^ g));
		lanes tt1 = ff + d + ss2 + (w[j] ^ w[j + 4]), tt2 = gg + h + ss1 + w[j];
		d = c;
		c = ROTL(b, 9);
		b = a;
		a = tt1;
		h = g;
		g = ROTL(f, 19);
		f = e;
		e = tt2 ^ ROTL(tt2, 9) ^ ROTL(tt2, 17);
		t = ROTL(t, 1);
	}
	const lanes out[8] = {v[0] ^ a, v[1] ^ b, v[2] ^ c, v[3] ^ d, v[4] ^ e, v[5] ^ f, v[6] ^ g, v[7] ^ h};
	memcpy(s->h, out, sizeof out);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void with_avx2(
	struct state *s, const uint8_t *const block[static LANES])
{
	rounds(s, block);
}

__attribute__((target("avx2,avx512f,avx512vl"))) static void with_avx512(
	struct state *s, const uint8_t *const block[static LANES])
{
	rounds(s, block);
}

static compress *const WAYS[] = {with_avx2, with_avx512};

size_t sm3_lanes_ways(void)
{
	return !__builtin_cpu_supports("avx2") ? 0 : __builtin_cpu_supports("avx512vl") ? 2 : 1;
}
#else
static compress *const WAYS[] = {rounds};

size_t sm3_lanes_ways(void)
{
	return 0;
}
#endif

/* ---- texts in lanes */

static void begin(struct state *s, size_t l, struct lane *k, const struct view *text)
{
	static const uint32_t iv[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa,
		0xe38dee4d, 0xb0fb0e4e};
	size_t rest = text->n % BLOCK;
	uint64_t bits = htobe64((uint64_t)text->n * 8);
	k->text = text;
	k->at = text->p;
	k->blocks = text->n / BLOCK;
	k->ends = rest < BLOCK - 8 ? 1 : 2;
	memset(k->end, 0, sizeof k->end);
	if (rest)
		memcpy(k->end, text->p + text->n - rest, rest);
	k->end[rest] = 0x80;
	memcpy(k->end + k->ends * BLOCK - sizeof bits, &bits, sizeof bits);
	for (size_t i = 0; i < 8; i++)
		s->h[i][l] = iv[i];
}

static const uint8_t *block_of(const struct lane *k)
{
	return k->blocks || k->text == NULL ? k->at : k->end;
}

/* One block less. True when it was the last one. */
static bool advance(struct lane *k)
{
	if (k->blocks) {
		k->blocks--;
		k->at += BLOCK;
		return false;
	}
	memmove(k->end, k->end + BLOCK, BLOCK);
	return --k->ends == 0;
}

static void finish(const struct state *s, size_t l, struct digest *out)
{
	for (size_t i = 0; i < 8; i++) {
		uint32_t v = htobe32(s->h[i][l]);
		memcpy(out->b + 4 * i, &v, sizeof v);
	}
}

void sm3_lanes(size_t way, const struct view *texts, size_t n, struct digest *out)
{
	static const uint8_t nothing[BLOCK];
	struct state s = {.h = {{0}}};
	struct lane lane[LANES];
	const uint8_t *block[LANES];
	size_t next = 0, busy = 0;
	REQUIRE(way < sm3_lanes_ways());
	for (size_t l = 0; l < LANES; l++) {
		lane[l] = (struct lane){.at = nothing};
		if (next < n) {
			begin(&s, l, &lane[l], &texts[next++]);
			busy++;
		}
	}
	while (busy) {
		for (size_t l = 0; l < LANES; l++)
			block[l] = block_of(&lane[l]);
		WAYS[way](&s, block);
		for (size_t l = 0; l < LANES; l++) {
			if (!lane[l].text || !advance(&lane[l]))
				continue;
			finish(&s, l, &out[lane[l].text - texts]);
			lane[l] = (struct lane){.at = nothing};
			busy--;
			if (next < n) {
				begin(&s, l, &lane[l], &texts[next++]);
				busy++;
			}
		}
	}
}
