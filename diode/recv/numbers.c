#include "diode/recv/numbers.h"
#include <stdlib.h>
#include <string.h>

#define WINDOW NUMBERS_WINDOW
#define WORD 64

struct numbers {
	uint64_t highest, floor, lost;
	uint64_t settled; /* up to here what was not heard is counted as lost */
	uint64_t ours;    /* … above this one: what was settled before may have come before us */
	bool fresh; /* not heard from its start, and nothing is settled yet: what is missing may have come
		       before us */
	uint64_t heard[WINDOW / WORD];      /* ring of bits by number */
	uint64_t spared[2 * WINDOW / WORD]; /* the same of those nobody looked at, a window ahead, too */
};

struct numbers *numbers_new(uint64_t first, uint64_t floor, bool from_start)
{
	struct numbers *n = calloc(1, sizeof *n);
	if (n == NULL)
		return NULL;
	n->floor = floor;
	n->fresh = !from_start;
	n->highest = first;
	n->ours = n->settled = from_start ? 0 : first;
	return n;
}

void numbers_free(struct numbers *n)
{
	free(n);
}

/* The bits of a word of a ring that stand for the numbers from `at` on, at most `left`: how many, and where.
 */
static uint64_t span(uint64_t at, uint64_t left, uint64_t *mask)
{
	uint64_t bit = at % WORD, many = WORD - bit < left ? WORD - bit : left;
	*mask = (many == WORD ? ~UINT64_C(0) : (UINT64_C(1) << many) - 1) << bit;
	return many;
}

static uint64_t *heard_word(struct numbers *n, uint64_t number)
{
	return &n->heard[number % WINDOW / WORD];
}

static uint64_t *spared_word(struct numbers *n, uint64_t number)
{
	return &n->spared[number % (2 * WINDOW) / WORD];
}

static bool spared(const struct numbers *n, uint64_t number)
{
	return (n->spared[number % (2 * WINDOW) / WORD] >> number % WORD & 1) != 0;
}

bool numbers_seen(const struct numbers *n, uint64_t number)
{
	if (number <= n->floor)
		return true;
	if (number > n->highest)
		return false;
	return n->highest - number >= WINDOW || (n->heard[number % WINDOW / WORD] >> number % WORD & 1) != 0;
}

void numbers_settle(struct numbers *n, uint64_t to)
{
	if (to <= n->settled)
		return;
	uint64_t at = n->settled + 1, left = to - n->settled, mask;
	for (uint64_t many; left > 0; left -= many, at += many) {
		many = span(at, left, &mask);
		if (!n->fresh)
			n->lost += (uint64_t)__builtin_popcountll(
				mask & ~(*heard_word(n, at) | *spared_word(n, at)));
	}
	n->settled = to;
}

void numbers_trust(struct numbers *n)
{
	if (n->fresh)
		n->ours = n->settled;
	n->fresh = false;
}

/* Numbers leave the window at its lower end; those that come in are not heard yet. */
static void advance(struct numbers *n, uint64_t number)
{
	uint64_t at = n->highest + 1, left = number - n->highest, mask;
	if (left >= WINDOW) {
		numbers_settle(n, n->highest);
		n->lost += n->fresh ? 0 : number - WINDOW - n->highest;
		n->settled = number - WINDOW;
		memset(n->heard, 0, sizeof n->heard);
		memset(n->spared, 0, sizeof n->spared);
	} else {
		if (number >= WINDOW)
			numbers_settle(n, number - WINDOW);
		for (uint64_t many; left > 0; left -= many, at += many) {
			many = span(at, left, &mask);
			*heard_word(n, at) &= ~mask;
			*spared_word(n, at + WINDOW) &= ~mask;
		}
	}
	n->highest = number;
}

/* Late, but here. */
static void found(struct numbers *n, uint64_t number)
{
	if (number > n->ours && number <= n->settled && n->lost > 0)
		n->lost--;
}

void numbers_note(struct numbers *n, uint64_t number)
{
	if (number > n->highest)
		advance(n, number);
	*heard_word(n, number) |= UINT64_C(1) << number % WORD;
	if (!spared(n, number))
		found(n, number);
}

void numbers_spare(struct numbers *n, uint64_t number)
{
	if (numbers_seen(n, number) || number > n->highest + WINDOW || spared(n, number))
		return;
	*spared_word(n, number) |= UINT64_C(1) << number % WORD;
	found(n, number);
}

uint64_t numbers_highest(const struct numbers *n)
{
	return n->highest;
}

uint64_t numbers_lost(const struct numbers *n)
{
	return n->lost;
}
