/* The receiver between socket and store: a script of genuine, damaged and raw datagrams of several sessions,
 * heartbeats, time and restarts. Nothing that is not genuine gets in, nothing gets in twice, memory stays in
 * its budget. */
#include "diode/recv/incoming.h"
#include "diode/recv/session.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SENDERS 20 /* more than the table holds */
#define OBJECTS 4
#define BUDGET (4 << 20)
#define ADMITTED 4096
#define BLOCKS_LOOKED_AT 4096
#define SYMBOL_MAX 200

struct sender {
	struct frame_id id;
	struct frame_mac *mac;
};
struct admitted {
	size_t sender;
	uint64_t seq;
};
static struct {
	struct frame_key *key;
	struct sender sender[SENDERS];
	struct session_table *table;
	struct incoming_shared shared;
	struct incoming *object[OBJECTS];
	struct admitted admitted[ADMITTED];
	size_t n;
	int64_t now;
} world;

/* The script, read byte by byte; zeros behind its end. */
struct script {
	const uint8_t *p;
	size_t n, at;
};

static uint64_t take(struct script *s, unsigned bytes)
{
	uint64_t v = 0;
	while (bytes-- > 0)
		v = v << 8 | (s->at < s->n ? s->p[s->at++] : 0);
	return v;
}

static void once(void)
{
	struct err_note note = {0};
	if (world.key != NULL)
		return;
	REQUIRE(erasure_new(&world.shared.erasure) == 0); /* knows nothing of what it worked on */
	REQUIRE(frame_key_load(suite_by_name("gm"), NULL, &world.key, &note) == 0);
	for (size_t i = 0; i < SENDERS; i++) {
		struct sender *s = &world.sender[i];
		REQUIRE(frame_key_session_new(world.key, 1792000000000 + (int64_t)i, &s->id) == 0);
		REQUIRE(frame_key_session_mac(world.key, &s->id, &s->mac) == 0);
	}
}

static void start(void)
{
	REQUIRE(session_table_new(suite_by_name("gm"), world.key, &world.table) == 0);
	REQUIRE(pool_new(BUDGET, &world.shared.pool) == 0);
	TAILQ_INIT(&world.shared.begun);
	world.n = 0;
	world.now = 1;
}

static void stop(void)
{
	for (size_t i = 0; i < OBJECTS; i++) {
		incoming_free(world.object[i]);
		world.object[i] = NULL;
	}
	REQUIRE(pool_used(world.shared.pool) == 0);
	session_table_free(world.table);
	pool_free(world.shared.pool);
}

/* Numbers that fit together, so that the script gets beyond the first check; then one of them changed. */
static struct frame data_frame(struct script *s)
{
	uint8_t object = (uint8_t)(take(s, 1) % OBJECTS), stream = object == 3 ? FRAME_STREAM : 0;
	unsigned k = 1 + object * 3, symbol = 32 + 16 * object;
	uint64_t full = (uint64_t)k * symbol, length = full, block = take(s, 1) % 12;
	struct frame f = {.kind = FRAME_DATA,
		.flags = stream,
		.object = {.b = {object}},
		.transfer = 1 + (uint32_t)take(s, 1),
		.size = stream != 0 ? 0 : 10 * full - 5,
		.offset = block * full,
		.block = (uint32_t)block,
		.meta = FRAME_META_HEAD + 1,
		.symbol = (uint16_t)symbol,
		.k_full = (uint8_t)k,
		.m = (uint8_t)(take(s, 1) % 6)};
	if (stream != 0 && block == 11) {
		f.flags |= FRAME_LAST;
		length = full / 2;
		f.size = f.offset + length;
	} else if (stream == 0 && block == 9) {
		length = full - 5;
	}
	f.length = (uint32_t)length;
	f.k = (uint8_t)((length + symbol - 1) / symbol);
	f.index = (uint8_t)(take(s, 1) % (f.k + f.m));
	switch (take(s, 1)) {
	case 1:
		f.size = take(s, 8);
		break;
	case 2:
		f.offset = take(s, 8);
		break;
	case 3:
		f.length = (uint32_t)take(s, 4);
		break;
	case 4:
		f.block = (uint32_t)take(s, 4);
		break;
	case 5:
		f.k = (uint8_t)take(s, 1);
		break;
	case 6:
		f.k_full = (uint8_t)take(s, 1);
		break;
	case 7:
		f.meta = (uint16_t)take(s, 2);
		break;
	case 8:
		f.flags = (uint8_t)take(s, 1);
		break;
	case 9:
		f.index = (uint8_t)take(s, 1);
		break;
	default:
		break;
	}
	return f;
}

static void reassemble(const struct frame *f, struct view body)
{
	struct incoming **o = &world.object[f->object.b[0] % OBJECTS];
	struct incoming_data d;
	if (*o == NULL)
		*o = incoming_new(&world.shared, f);
	if (*o == NULL || !frame_object_eq(incoming_id(*o), &f->object))
		return;
	(void)incoming_wants(*o, f);
	int err = incoming_add(*o, f, body, world.now, &d);
	while (err == ERR_NOSPACE && incoming_evict(&world.shared, world.now + 1))
		err = incoming_add(*o, f, body, world.now, &d);
	if (err == 1)
		pool_give(world.shared.pool, d.p, d.room);
	REQUIRE(pool_used(world.shared.pool) <= BUDGET);
	uint64_t range[8][2];
	size_t n = incoming_blocks_all(*o) <= BLOCKS_LOOKED_AT ? incoming_missing(*o, range, 8) : 0;
	for (size_t i = 0; i < n; i++)
		REQUIRE(range[i][0] < range[i][1] && range[i][1] <= incoming_size(*o));
	if (incoming_complete(*o)) {
		incoming_free(*o);
		*o = NULL;
	}
}

/* genuine: sealed by us and not touched since. */
static void hear(const uint8_t *d, size_t size, bool genuine, size_t sender)
{
	struct frame f;
	struct view body;
	struct frame_beat b;
	if (frame_decode(view_of(d, size), &f, &body) != 0)
		return;
	struct session_item item = {.f = &f, .datagram = view_of(d, size)};
	int judged = session_judge(world.table, &f, item.datagram, world.now);
	session_admit(world.table, &item, 1, world.now);
	REQUIRE(judged == 0 || item.err != 0); /* what a flood's guard lets go would not have got in */
	if (item.err != 0)
		return;
	REQUIRE(genuine && item.s != NULL);
	for (size_t i = 0; i < world.n; i++)
		REQUIRE(world.admitted[i].sender != sender || world.admitted[i].seq != f.seq);
	if (world.n < ADMITTED)
		world.admitted[world.n++] = (struct admitted){.sender = sender, .seq = f.seq};
	if (f.kind == FRAME_DATA)
		reassemble(&f, body);
	else if (frame_beat_decode(body, &b) == 0)
		(void)!transfers_beat(item.s->transfers, &b, world.now);
}

static void sealed(struct script *s, struct frame f, bool damage)
{
	uint8_t d[FRAME_SIZE_MAX] = {0};
	size_t sender = take(s, 1) % SENDERS, size = FRAME_OVERHEAD + (size_t)f.symbol;
	const struct sender *from = &world.sender[sender];
	uint8_t *at = d;
	f.suite = frame_key_suite(world.key);
	f.session = from->id;
	f.seq = take(s, 1) % 4 == 0 ? take(s, 8) : take(s, 2);
	for (size_t i = 0; i < f.symbol; i++)
		d[FRAME_HEAD + i] = (uint8_t)(f.kind == FRAME_BEAT ? take(s, 1) : i);
	frame_encode(&f, d);
	REQUIRE(frame_key_seal(from->mac, &f.seq, &at, &size, 1) == 0);
	if (damage)
		d[take(s, 2) % size] ^= (uint8_t)(1u << take(s, 1) % 8);
	hear(d, size, !damage, sender);
}

static void raw(struct script *s)
{
	uint8_t d[FRAME_OVERHEAD + SYMBOL_MAX];
	size_t n = take(s, 2) % sizeof d;
	for (size_t i = 0; i < n; i++)
		d[i] = (uint8_t)take(s, 1);
	hear(d, n, false, 0);
}

/* What was heard before a restart is not heard again after it. */
static void restart(void)
{
	json_t *kept = session_table_keep(world.table);
	REQUIRE(kept != NULL);
	session_table_free(world.table);
	REQUIRE(session_table_new(suite_by_name("gm"), world.key, &world.table) == 0);
	REQUIRE(session_table_restore(world.table, kept) == 0);
	json_decref(kept);
}

static void step(struct script *s)
{
	uint64_t op = take(s, 1) % 16;
	if (op < 8) {
		sealed(s, data_frame(s), false);
	} else if (op < 10) {
		sealed(s, data_frame(s), true);
	} else if (op < 12) {
		struct frame beat = {.kind = FRAME_BEAT, .symbol = (uint16_t)(take(s, 1) % SYMBOL_MAX)};
		sealed(s, beat, op == 11 && take(s, 1) % 4 == 0);
	} else if (op == 12) {
		raw(s);
	} else if (op == 13) {
		world.now += (int64_t)take(s, 2);
		session_settle(world.table, world.now, take(s, 1) % 8 == 0);
	} else if (op == 14) {
		const struct session *x;
		for (size_t i = 0; (x = session_at(world.table, i)) != NULL; i++)
			transfers_tick(x->transfers, world.now);
	} else {
		restart();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = {.p = data, .n = size};
	once();
	start();
	for (int steps = 0; s.at < s.n && steps < 400; steps++)
		step(&s);
	stop();
	return 0;
}
