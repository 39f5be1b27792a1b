#include "diode/send/schedule.h"
#include "common/base/err.h"
#include <stdlib.h>

#define LENGTHS (FRAME_SYMBOLS_MAX + 1)
#define URGENT_RUN 64 /* symbols in a row that may go before others that are due */
#define WAITING 65536 /* bytes that may wait for their first symbol */

/* Blocks of one length follow each other like wagons; the queue of each length is in the order of what is
 * due. */
struct lane {
	struct blocks queue;
	struct lane *next; /* of the lanes that are not empty */
};
struct side {
	struct lane lane[LENGTHS];
	struct lane *busy;
	size_t bytes;
};
struct schedule {
	int64_t spread;
	struct side urgent, others;
	unsigned run;   /* urgent symbols in a row */
	size_t waiting; /* bytes of others that have not begun */
};

int schedule_new(int64_t spread, struct schedule **out)
{
	struct schedule *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_NOMEM;
	s->spread = spread;
	for (unsigned i = 0; i < LENGTHS; i++) {
		TAILQ_INIT(&s->urgent.lane[i].queue);
		TAILQ_INIT(&s->others.lane[i].queue);
	}
	*out = s;
	return 0;
}

void schedule_free(struct schedule *s)
{
	if (s == NULL)
		return;
	REQUIRE(s->urgent.busy == NULL && s->others.busy == NULL);
	free(s);
}

static struct side *side_of(struct schedule *s, const struct block *b)
{
	return b->urgent ? &s->urgent : &s->others;
}

/* In order of what is due. A new block is due before the repair symbols of those on their way, these after
 * all new ones: its place is near one of the ends, so it is looked for from both. */
static void enter(struct side *side, struct block *b)
{
	struct lane *l = &side->lane[block_symbols(b)];
	struct block *before = TAILQ_LAST(&l->queue, blocks), *after = TAILQ_FIRST(&l->queue);
	if (before == NULL) {
		l->next = side->busy;
		side->busy = l;
		TAILQ_INSERT_HEAD(&l->queue, b, link);
		return;
	}
	while (before->due > b->due && after->due <= b->due) {
		before = TAILQ_PREV(before, blocks, link);
		after = TAILQ_NEXT(after, link);
	}
	if (before->due <= b->due)
		TAILQ_INSERT_AFTER(&l->queue, before, b, link);
	else
		TAILQ_INSERT_BEFORE(after, b, link);
}

static void leave(struct side *side, struct block *b)
{
	struct lane *l = &side->lane[block_symbols(b)], **at = &side->busy;
	TAILQ_REMOVE(&l->queue, b, link);
	if (!TAILQ_EMPTY(&l->queue))
		return;
	while (*at != l) {
		REQUIRE(*at != NULL); /* a lane with blocks is busy */
		at = &(*at)->next;
	}
	*at = l->next;
}

void schedule_add(struct schedule *s, struct block *b, int64_t now)
{
	struct side *side = side_of(s, b);
	b->sent = 0;
	b->began = b->due = now;
	side->bytes += b->used;
	s->waiting += b->urgent ? 0 : b->used;
	enter(side, b);
}

static struct block *first(const struct side *side)
{
	struct block *found = NULL;
	for (const struct lane *l = side->busy; l != NULL; l = l->next) {
		struct block *b = TAILQ_FIRST(&l->queue);
		if (found == NULL || b->due < found->due)
			found = b;
	}
	return found;
}

struct block *schedule_next(struct schedule *s, int64_t now)
{
	struct block *urgent = first(&s->urgent), *other = first(&s->others);
	bool may = other != NULL && other->due <= now;
	if (urgent != NULL && urgent->due <= now && (s->run < URGENT_RUN || !may)) {
		s->run++;
		return urgent;
	}
	s->run = 0;
	return may ? other : NULL;
}

/* When the symbol n of the block is due. The data of a fast block are due at once, its repair symbols share
 * the time. */
static int64_t due_of(const struct schedule *s, const struct block *b, unsigned n)
{
	unsigned at_once = b->fast ? b->f.k : 1, all = block_symbols(b);
	return n < at_once ? b->began : b->began + s->spread * (n - at_once + 1) / (all - at_once + 1);
}

bool schedule_sent(struct schedule *s, struct block *b)
{
	struct side *side = side_of(s, b);
	leave(side, b);
	s->waiting -= b->sent == 0 && !b->urgent ? b->used : 0;
	if (++b->sent == block_symbols(b)) {
		side->bytes -= b->used;
		return true;
	}
	b->due = due_of(s, b, b->sent);
	enter(side, b);
	return false;
}

int64_t schedule_due(const struct schedule *s)
{
	const struct block *a = first(&s->urgent), *b = first(&s->others);
	int64_t due = a != NULL ? a->due : INT64_MAX;
	return b != NULL && b->due < due ? b->due : due;
}

bool schedule_waits(const struct schedule *s)
{
	return s->waiting > WAITING;
}

size_t schedule_bytes(const struct schedule *s, bool urgent)
{
	return urgent ? s->urgent.bytes : s->others.bytes;
}

struct block *schedule_take(struct schedule *s)
{
	struct block *b = first(&s->urgent);
	b = b != NULL ? b : first(&s->others);
	if (b == NULL)
		return NULL;
	leave(side_of(s, b), b);
	side_of(s, b)->bytes -= b->used;
	s->waiting -= b->sent == 0 && !b->urgent ? b->used : 0;
	return b;
}
