#include "tests/unit/common/exchange/directed.h"

/* ---- steps */

/* The next bundle. Only the schedule brings it anywhere; its kept copy is whole. */
static int sends(struct world *x)
{
	struct model *w = &x->w;
	int before = w->s.nb;
	model_send(w, false, 6);
	REQUIRE(w->s.nb == before + 1);
	w->nway = 0;
	w->now++;
	return w->s.b[before].content;
}

/* A message on this key, in the next bundle; key -1: on none. */
static int puts_on(struct world *x, int key)
{
	model_put_on(&x->w, key, key >= 0);
	return sends(x);
}

static void comes(struct world *x, int content)
{
	struct model *w = &x->w;
	w->in[w->nin++] = (struct model_file){content, false};
	model_receive(w, w->nin - 1, true);
	model_check(w);
	w->now++;
}

/* The receiver hears up to which number there is something. */
static void ticks(struct world *x)
{
	struct model *w = &x->w;
	model_send(w, true, 6);
	int content = w->way[w->nway - 1].content;
	w->nway = 0;
	comes(x, content);
}

/* An officer decides, and what waited for that is looked at again. */
static void decides(struct world *x)
{
	struct model *w = &x->w;
	REQUIRE(w->r.s.held);
	model_officer(w);
	for (int i = w->nin - 1; i >= 0; i--)
		model_receive(w, i, true);
	model_check(w);
}

/* The receiver's word: kept under i until it arrives. Turn 0 is about the newest epoch, 1 about the one
 * before. */
static void says(struct world *x, int i, int64_t turn)
{
	model_ack(&x->w, turn, &x->back[i].a);
	x->back[i].at = (struct acked_at){.life = x->w.r_life, .seq = x->w.now++};
}

/* What the sender sends again because of it is lost. */
static void hears(struct world *x, int i)
{
	model_ack_take(&x->w, &x->back[i].a, &x->back[i].at);
	x->w.nway = 0;
	x->w.now++;
}

static void acks(struct world *x, int64_t turn)
{
	says(x, 0, turn);
	hears(x, 0);
}

static void rots(struct world *x, int content)
{
	x->w.sent[content] = 2;
}

static void lasts(struct world *x)
{
	x->w.now += 100;
	model_closing(&x->w);
}

/* Its database as it was backed up, and with it these files, as they were. */
static void restores(struct world *x, bool noticed, int a, int b)
{
	x->w.sent[a] = x->w.sent[b] = 1;
	x->restored = true;
	model_sender_restore(&x->w, noticed);
}

static void backs_up(struct world *x)
{
	x->w.s_backup = x->w.s;
}

/* ---- schedules */

/* A message was lost, and its number closed by a void that came; between them a hole. A sender that was
 * rolled back behind the void, and did not notice, would let the message go. */
static void safe_void(struct world *x)
{
	int a = puts_on(x, -1), b = puts_on(x, -1);
	backs_up(x);
	rots(x, a);
	ticks(x);
	acks(x, 0);
	comes(x, sends(x));
	world_backup_receiver(&x->w);
	restores(x, false, a, b);
	(void)puts_on(x, -1);
	acks(x, 0);
}

/* A number is closed by a void, which is in the receiver's backup and in no life of the sender any more. Then
 * the message itself comes: it is not in that backup. */
static void reopen_safe(struct world *x)
{
	int a = puts_on(x, -1);
	backs_up(x);
	rots(x, a);
	ticks(x);
	acks(x, 0);
	comes(x, sends(x));
	world_backup_receiver(&x->w);
	restores(x, true, a, a);
	comes(x, sends(x));
	decides(x);
	comes(x, a);
	acks(x, 0);
	acks(x, 1);
	world_restore_receiver(&x->w);
}

/* Numbers of a key that were given in a life of which the sender knows nothing. Only a hole hides that. */
static void passed(struct world *x)
{
	backs_up(x);
	comes(x, puts_on(x, 0));
	restores(x, false, 0, 0);
	(void)puts_on(x, -1);
	(void)puts_on(x, -1);
	comes(x, puts_on(x, 0));
}

/* The receiver has taken the statement of an epoch, and then lost its memory of it. */
static void old(struct world *x)
{
	comes(x, puts_on(x, -1));
	world_backup_receiver(&x->w);
	backs_up(x);
	restores(x, true, 0, 0);
	comes(x, sends(x));
	says(x, 1, 0);
	world_restore_receiver(&x->w);
	acks(x, 0);
	hears(x, 1);
	(void)puts_on(x, -1);
}

/* Both lives have closed the same number by a void, and call different contents so. All else that could show
 * it is closed or lost. */
static void void_parted(struct world *x)
{
	int a = puts_on(x, -1), b = puts_on(x, -1), last;
	backs_up(x);
	ticks(x);
	says(x, 1, 0);
	comes(x, puts_on(x, -1));
	restores(x, false, a, b);
	rots(x, a);
	hears(x, 1);
	(void)sends(x);
	last = sends(x);
	rots(x, last);
	ticks(x);
	acks(x, 0);
	if (x->w.diverged)
		return;
	comes(x, sends(x));
	comes(x, sends(x));
}

/* Up to where a void of the second epoch has closed a number of the first. *other: of the bundle before the
 * void, which the receiver misses. The sender is backed up before the void. */
static int foreign(struct world *x, int *other)
{
	int a = puts_on(x, -1);
	backs_up(x);
	restores(x, true, a, a);
	comes(x, sends(x));
	acks(x, 0);
	*other = puts_on(x, -1);
	backs_up(x);
	rots(x, a);
	acks(x, 1);
	comes(x, sends(x));
	world_backup_receiver(&x->w);
	return a;
}

/* The void was said in another epoch than the one the receiver speaks of: nothing there tells of it. */
static void void_foreign(struct world *x)
{
	int b, a = foreign(x, &b);
	restores(x, false, a, b);
	(void)puts_on(x, -1);
	acks(x, 1);
}

/* The statement that takes the void back is on its way: until it is there the receiver speaks of what the
 * sender, which knows that it was restored, need not look at. */
static void lets_go(struct world *x)
{
	int b, a = foreign(x, &b);
	restores(x, true, a, b);
	(void)sends(x);
	acks(x, 1);
	REQUIRE(x->w.diverged == 0);
}

/* The same word of before, when the statement was taken. */
static void late(struct world *x)
{
	int b, a = foreign(x, &b);
	says(x, 1, 1);
	restores(x, true, a, b);
	comes(x, sends(x));
	decides(x);
	acks(x, 0);
	hears(x, 1);
	REQUIRE(x->w.diverged == 0);
}

/* A statement is lost, so the next epoch passes its void over. Then a life comes back that knows the void. */
static void void_again(struct world *x)
{
	int a = puts_on(x, -1), statement, closing;
	backs_up(x);
	restores(x, true, a, a);
	comes(x, statement = sends(x));
	rots(x, a);
	acks(x, 1);
	comes(x, closing = sends(x));
	backs_up(x);
	rots(x, statement);
	acks(x, 1);
	comes(x, sends(x));
	decides(x);
	restores(x, true, statement, closing);
	comes(x, sends(x));
	decides(x);
}

/* All on a key is in the receiver's backup: it is told to forget the key. It has lost everything, and what it
 * gets again waits. */
static void close_held(struct world *x)
{
	int b;
	comes(x, puts_on(x, 0));
	comes(x, b = puts_on(x, 0));
	world_backup_receiver(&x->w);
	acks(x, 0);
	lasts(x);
	lasts(x);
	lasts(x);
	int closing = sends(x);
	world_lose_receiver(&x->w);
	comes(x, b);
	comes(x, closing);
}

/* A restored sender numbers on behind what the receiver has forgotten: that message waits until a closing
 * comes. What opens a generation behind it overtakes the closing, and shall not overtake the message. */
static void open_waits(struct world *x)
{
	int a, b, closing;
	comes(x, a = puts_on(x, 0));
	comes(x, b = puts_on(x, 0));
	backs_up(x);
	comes(x, puts_on(x, 0));
	world_backup_receiver(&x->w);
	acks(x, 0);
	lasts(x);
	lasts(x);
	lasts(x);
	comes(x, sends(x));
	x->w.nconfirms = 0;
	restores(x, true, a, b);
	comes(x, sends(x));
	decides(x);
	comes(x, puts_on(x, 0));
	REQUIRE(x->w.r.nwaiting == 1);
	lasts(x);
	lasts(x);
	world_backup_receiver(&x->w);
	acks(x, 0);
	acks(x, 1);
	lasts(x);
	closing = sends(x);
	comes(x, puts_on(x, 0));
	REQUIRE(x->w.opened > 0 && x->w.r.nwaiting == 2);
	comes(x, closing);
}

static const struct {
	enum model_break rule;
	bool closes;
	void (*run)(struct world *x);
} schedules[] = {
	{BREAK_SAFE_VOID, false, safe_void},
	{BREAK_REOPEN_SAFE, false, reopen_safe},
	{BREAK_PASSED, false, passed},
	{BREAK_OLD, false, old},
	{BREAK_LATE, false, late},
	{BREAK_VOID_PARTED, false, void_parted},
	{BREAK_VOID_FOREIGN, false, void_foreign},
	{BREAK_VOID_AGAIN, false, void_again},
	{BREAK_LETS_GO, false, lets_go},
	{BREAK_CLOSE_HELD, true, close_held},
	{BREAK_OPEN_WAITS, true, open_waits},
};

const char *directed_run(struct world *x, enum model_break rule)
{
	size_t i = 0;
	while (i < sizeof schedules / sizeof schedules[0] && schedules[i].rule != rule)
		i++;
	REQUIRE(i < sizeof schedules / sizeof schedules[0]);
	world_begin(x, 1, true, schedules[i].closes);
	x->faults = false;
	x->w.clear = true;
	schedules[i].run(x);
	return world_finish(x);
}
