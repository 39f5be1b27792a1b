#include "diode/send/pump.h"
#include "common/base/id.h"
#include "diode/send/schedule.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define LAST_BEATS 3        /* after the last object: the receiver learns that nothing follows */
#define LAST_BEATS_EVERY 50 /* ms */
#define NEWS_MAX 8          /* objects that ended until a heartbeat tells of them: each is named twice */
#define STOP_EVERY 16       /* batches between two looks at the stop descriptor */
#define URGENT_BYTES (4 << 20)
#define IDLE (100 * MILLISECOND) /* ns between two questions to a feed that has nothing */
#define MILLISECOND INT64_C(1000000)

struct pump {
	struct pump_options o;
	struct loader *loader;
	struct schedule *schedule;
	size_t bytes; /* of blocks on their way at a time */
	unsigned batches;
	struct blocks sent;
	bool ended;   /* the feed has */
	bool nothing; /* it had nothing a moment ago */
	pthread_t thread;
	int result;           /* of the thread, once it has ended */
	int wake;             /* readable: the thread has ended */
	pthread_mutex_t beat; /* of sending a heartbeat */
	_Atomic bool over;
};

int pump_new(const struct pump_options *o, struct pump **out)
{
	struct pump *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	const struct protect *level = o->protect;
	size_t block = protect_full_block(level, emit_datagram_max(o->emit));
	size_t room = block_size(level->k + level->m[level->k], emit_symbol_max(o->emit));
	struct loader_options l = {.feed = o->feed,
		.board = o->board,
		.protect = level,
		.at_a_time = o->at_a_time,
		.room = room,
		.room_most = (level->depth + 2) * room + URGENT_BYTES};
	p->o = *o;
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	TAILQ_INIT(&p->sent);
	p->bytes = level->depth * block;
	int err = p->wake < 0 ? err_from_errno(errno) : schedule_new(level->spread, &p->schedule);
	if (pthread_mutex_init(&p->beat, NULL) != 0)
		err = ERR_NOMEM;
	if (err == 0)
		err = loader_new(&l, &p->loader);
	if (err != 0) {
		pump_free(p);
		return err;
	}
	*out = p;
	return 0;
}

void pump_free(struct pump *p)
{
	if (p == NULL)
		return;
	schedule_free(p->schedule);
	loader_free(p->loader);
	if (p->wake >= 0)
		close(p->wake);
	pthread_mutex_destroy(&p->beat);
	free(p);
}

static int send_beat(struct pump *p, bool last)
{
	struct frame_beat b;
	uint8_t body[FRAME_SYMBOL_MAX];
	pthread_mutex_lock(&p->beat);
	board_beat(p->o.board, &b);
	if (last)
		b.flags |= FRAME_BEAT_LAST;
	int err = emit_beat(p->o.emit, body, frame_beat_encode(&b, body, emit_symbol_max(p->o.emit)));
	pthread_mutex_unlock(&p->beat);
	return err;
}

/* ---- the thread that reads and sends */

/* Blocks join those on their way, as far as there is room and none still waits for its first symbol. */
static int admit(struct pump *p, int64_t now)
{
	struct block *b = NULL;
	int err = 0;
	while (err == 0 && schedule_bytes(p->schedule, true) < URGENT_BYTES) {
		err = loader_urgent(p->loader, &b);
		if (err == 0)
			err = emit_seal(p->o.emit, b);
		if (err == 0)
			schedule_add(p->schedule, b, now);
	}
	err = err == ERR_BUSY ? 0 : err;
	p->nothing = false;
	while (err == 0 && !p->ended && !schedule_waits(p->schedule) &&
		schedule_bytes(p->schedule, false) < p->bytes) {
		err = loader_next(p->loader, &b);
		if (err == 0)
			err = emit_seal(p->o.emit, b);
		if (err == 0)
			schedule_add(p->schedule, b, now);
		p->nothing = err == ERR_BUSY;
		p->ended = err == ERR_NOTFOUND;
	}
	return err == ERR_BUSY || err == ERR_NOTFOUND ? 0 : err;
}

/* One batch of symbols that are due; *any tells whether there was one. */
static int send_batch(struct pump *p, int64_t now, bool *any)
{
	struct block *b;
	*any = false;
	while (!emit_full(p->o.emit) && (b = schedule_next(p->schedule, now)) != NULL) {
		emit_add(p->o.emit, b, b->sent);
		if (b->sent == 0 && b->opening)
			board_started(p->o.board, b->f.transfer);
		if (schedule_sent(p->schedule, b))
			TAILQ_INSERT_TAIL(&p->sent, b, link);
		*any = true;
	}
	int err = emit_flush(p->o.emit);
	if (err == 0 && !TAILQ_EMPTY(&p->sent)) {
		err = loader_sent(p->loader, &p->sent);
		if (err == 0 && board_news(p->o.board) >= NEWS_MAX)
			err = send_beat(p, false);
	}
	return err;
}

/* Until a symbol is due or the feed has something. */
static int rest(struct pump *p, int64_t now)
{
	bool full = schedule_waits(p->schedule) || schedule_bytes(p->schedule, false) >= p->bytes;
	struct pollfd f[2] = {{.fd = p->o.stop_fd, .events = POLLIN},
		{.fd = loader_wait_fd(p->loader, full), .events = POLLIN}};
	int64_t until = now + IDLE, symbol = schedule_due(p->schedule);
	until = symbol < until ? symbol : until;
	if (until <= now)
		return 0;
	struct timespec t = {.tv_sec = (until - now) / (1000 * MILLISECOND),
		.tv_nsec = (until - now) % (1000 * MILLISECOND)};
	int err = loader_settle(p->loader, false);
	if (err == 0 && ppoll(f, 2, &t, NULL) > 0) {
		if (f[0].revents != 0)
			return ERR_STOPPING;
		loader_poke(p->loader);
	}
	return err;
}

static bool stopped(const struct pump *p)
{
	struct pollfd f = {.fd = p->o.stop_fd, .events = POLLIN};
	return poll(&f, 1, 0) > 0;
}

static int work(struct pump *p)
{
	int err = 0;
	while (err == 0) {
		bool any = false;
		err = emit_wait(p->o.emit);
		int64_t now = emit_now();
		if (err == 0)
			err = admit(p, now);
		if (err == 0)
			err = send_batch(p, now = emit_now(), &any);
		if (err == 0 && ++p->batches % STOP_EVERY == 0 && stopped(p))
			err = ERR_STOPPING;
		if (err != 0 || any)
			continue;
		if (p->ended && schedule_due(p->schedule) == INT64_MAX)
			return ERR_NOTFOUND;
		err = rest(p, now);
	}
	return err;
}

/* What is on its way is let go: it counts as not sent. */
static void abandon(struct pump *p)
{
	for (struct block *b; (b = schedule_take(p->schedule)) != NULL;)
		TAILQ_INSERT_TAIL(&p->sent, b, link);
	loader_drop(p->loader, &p->sent);
}

static void *run(void *cookie)
{
	struct pump *p = cookie;
	p->result = work(p);
	abandon(p);
	int err = loader_settle(p->loader, true);
	if (err != 0 && p->result == ERR_STOPPING)
		p->result = err;
	p->over = true;
	uint64_t one = 1;
	(void)!write(p->wake, &one, sizeof one);
	return NULL;
}

/* ---- the thread of the heartbeat */

static int watch(struct pump *p)
{
	int64_t beat_due = time_mono_ms(), report_due = beat_due;
	int err = 0;
	while (err == 0 && !p->over) {
		int64_t now = time_mono_ms();
		if (now >= beat_due) {
			err = send_beat(p, false);
			beat_due = now + p->o.beat;
		}
		if (now >= report_due) {
			if (p->o.report != NULL)
				p->o.report(p->o.report_cookie);
			report_due = now + p->o.report_every;
		}
		struct pollfd f = {.fd = p->wake, .events = POLLIN};
		int64_t until = beat_due < report_due ? beat_due : report_due;
		(void)poll(&f, 1, until > now ? (int)(until - now) : 0);
	}
	return err;
}

static int say_goodbye(struct pump *p)
{
	int err = 0;
	for (int i = 0; err == 0 && i < LAST_BEATS; i++) {
		struct pollfd f = {.fd = p->o.stop_fd, .events = POLLIN};
		err = send_beat(p, true);
		if (err == 0 && i + 1 < LAST_BEATS && poll(&f, 1, LAST_BEATS_EVERY) > 0)
			err = ERR_STOPPING;
	}
	return err;
}

int pump_run(struct pump *p)
{
	if (pthread_create(&p->thread, NULL, run, p) != 0)
		return ERR_NOMEM;
	int err = watch(p);
	(void)pthread_join(p->thread, NULL);
	err = err != 0 ? err : p->result;
	if (err == ERR_NOTFOUND)
		err = say_goodbye(p);
	else if (err == ERR_STOPPING)
		(void)!send_beat(p, true);
	if (p->o.report != NULL)
		p->o.report(p->o.report_cookie);
	return err;
}
