/* Rules of the exchange broken on purpose, one at a time, to prove that the model sees it
 * (test_model_breaks.c). The product knows nothing of this: the model calls the pure rules through what
 * follows. A rule that the model itself follows where the product does it in SQL (closing_in.c, resend.c …)
 * is broken in the model. */
#ifndef SW_TEST_EXCHANGE_BREAKS_H
#define SW_TEST_EXCHANGE_BREAKS_H
#include "common/exchange/acked.h"
#include "common/exchange/closing.h"
#include "common/exchange/order.h"
#include "common/exchange/stream.h"

/* name, what is done instead of the rule. Found within a few thousand schedules: */
#define BREAKS_FOUND(X)                                                                                      \
	X(REPLAY, "a bundle that was received is taken again")                                               \
	X(FORK_SEEN, "another content under a number that was received is counted as a repeat")              \
	X(FORK_PREV, "what a bundle calls its predecessor is not looked at")                                 \
	X(FORK_NAMED, "what the next bundle calls its predecessor is not looked at")                         \
	X(FORK_VOID, "a void of another content closes the number")                                          \
	X(FORK_TICK, "a tick that names another content is not looked at")                                   \
	X(HELD, "a stream that is held takes on")                                                            \
	X(REVOKED, "a revoked key's signature is believed for ever")                                         \
	X(OVER, "what is behind the last number of a closed epoch is taken")                                 \
	X(BEGUN, "an epoch is taken of before its statement")                                                \
	X(BEYOND, "a statement that knows less than is here is taken without a word")                        \
	X(VOID, "a void closes nothing")                                                                     \
	X(VOID_UNDO, "voids of a life that the sender forgot stand")                                         \
	X(EXISTS, "a damaged file does not tell that its number exists")                                     \
	X(TICK, "a tick tells nothing")                                                                      \
	X(SAFE, "what came since the last backup is called safe")                                            \
	X(WAITS, "a message does not wait for the earlier numbers of its keys")                              \
	X(CROSSES, "the first number of an epoch waits for nothing")                                         \
	X(REFUSED, "what follows a refused message is not told")                                             \
	X(ONCE, "a message that had its effect has it again in other numbers")                               \
	X(GIVE, "the first number of an epoch names nothing before it")                                      \
	X(AFRESH, "after a rebuild numbers follow those of before")                                          \
	X(DIVERGED, "an ack of what was never sent is not looked at")                                        \
	X(PARTED, "the chain of identities in an ack is not compared")                                       \
	X(STATEMENT, "a statement that was lost is not sent again")                                          \
	X(AGAIN, "a hole is not sent again")                                                                 \
	X(KEPT, "a damaged copy is sent again")                                                              \
	X(SAFE_LIFE, "an older ack of the same life asks for what was let go")                               \
	X(MARK, "an epoch that was used in another life is used again")                                      \
	X(RECOVER, "a crash leaves a number without its file")                                               \
	X(CLOSE_OPEN, "a round is over before its bundles are in the receiver's backup")                     \
	X(CLOSE_QUEUED, "a round is over before its messages are sent")                                      \
	X(CLOSE_EPOCH, "what was held before a rebuild is said to be held after it")                         \
	X(CLOSE_WAITS, "a key is closed while a number of it waits")                                         \
	X(CLOSE_REFUSED, "a key whose last message was refused is forgotten")                                \
	X(CLOSE_RELEASE, "what waits for a forgotten number is not released")                                \
	X(CLOSE_USED, "a key that was used since is forgotten when it is confirmed")                         \
	X(FLOOR, "a forgotten key begins at 1 again")                                                        \
	X(ANEW, "what follows a message that is numbered anew keeps its numbers")                            \
	X(CLOSE_RESET, "a round does not wait for what a void sent back")                                    \
	X(OPEN_HELD, "an opened generation counts where the stream has not all that it says")
/* What these guard against is too rare for so few: each is found by a schedule of its own (directed.h). */
#define BREAKS_DIRECTED(X)                                                                                   \
	X(SAFE_VOID, "what only a void behind a hole closed is called safe")                                 \
	X(REOPEN_SAFE, "what is open again is called safe by older backups")                                 \
	X(PASSED, "a number that was used takes another message")                                            \
	X(OLD, "an ack of a life that the receiver left is believed")                                        \
	X(LATE, "a late ack lets go")                                                                        \
	X(VOID_PARTED, "a receiver that has the number of a void and misses what it closes is not noticed")  \
	X(VOID_FOREIGN, "a number closed by a void that was never sent is not noticed")                      \
	X(VOID_AGAIN, "a void of an earlier epoch is not said again")                                        \
	X(LETS_GO, "what is called safe is let go before the newest statement was taken")                    \
	X(CLOSE_HELD, "a closing counts where the stream has not all that it says")                          \
	X(OPEN_WAITS, "an opened generation does not wait for the number that waits")
#define BREAKS(X) BREAKS_FOUND(X) BREAKS_DIRECTED(X)

#define BREAK_ENUM(name, what) BREAK_##name,
enum model_break {
	BREAK_NONE,
	BREAKS_FOUND(BREAK_ENUM) BREAK_DIRECTED_,
	BREAKS_DIRECTED(BREAK_ENUM) BREAK_COUNT
};
#undef BREAK_ENUM

/* From now on; BREAK_NONE: all rules as they are. */
void breaks_plant(enum model_break b);
/* Beside it. */
void breaks_plant_too(enum model_break b);
bool broken(enum model_break b);
const char *breaks_name(enum model_break b);
const char *breaks_what(enum model_break b);

/* The rules as they are, but for the one that is broken. */
SW_MUST_USE int breaks_stream_judge(
	struct stream *s, const struct stream_arrival *a, enum stream_verdict *out);
SW_MUST_USE int breaks_stream_void(struct stream *s, const struct manifest_void *v, const struct digest *seen,
	int64_t now, enum stream_verdict *out);
void breaks_stream_exists(struct stream *s, const struct manifest *m, int64_t now);
bool breaks_stream_tick(struct stream *s, const struct manifest *m, const struct digest *seen, int64_t now);
SW_MUST_USE int breaks_stream_reopen(struct stream *s, int64_t epoch, int64_t seq, int64_t now);
enum order_verdict breaks_order_judge(
	const struct message *m, const struct order_known *known, bool *refused);
void breaks_order_give(struct order_last *l, const struct order_now *now, struct order_key *k);
void breaks_order_give_again(struct order_last *l, const struct order_now *now, const struct order_key *was,
	struct order_after followed, bool afresh, struct order_key *k);
enum acked_verdict breaks_acked_judge(
	const struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at);
bool breaks_acked_lets_go(const struct acked_link *l, enum acked_verdict v);
bool breaks_acked_statement_due(const struct acked_link *l);
bool breaks_acked_void_parted(const struct manifest_ack *a, int64_t void_epoch, int64_t void_seq);
bool breaks_acked_void_again(const struct acked_link *l, enum acked_verdict v, int64_t void_epoch);
enum acked_action breaks_acked_hole(enum acked_state state, bool kept_whole, bool expired, bool void_again,
	int64_t safe_life, int64_t life);
void breaks_closing_reset(struct closing *c);
void breaks_closing_epoch(struct closing *c, int64_t epoch, int64_t seq);
enum closing_step breaks_closing_look(struct closing *c, const struct closing_facts *f);

#ifndef BREAKS_OF_THE_RULES
#define stream_judge breaks_stream_judge
#define stream_void breaks_stream_void
#define stream_exists breaks_stream_exists
#define stream_tick breaks_stream_tick
#define stream_reopen breaks_stream_reopen
#define order_judge breaks_order_judge
#define order_give breaks_order_give
#define order_give_again breaks_order_give_again
#define acked_judge breaks_acked_judge
#define acked_lets_go breaks_acked_lets_go
#define acked_statement_due breaks_acked_statement_due
#define acked_void_parted breaks_acked_void_parted
#define acked_void_again breaks_acked_void_again
#define acked_hole breaks_acked_hole
#define closing_reset breaks_closing_reset
#define closing_epoch breaks_closing_epoch
#define closing_look breaks_closing_look
#endif
#endif
