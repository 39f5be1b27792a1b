/* A small world around the pure rules of common/exchange: one sender, one receiver, files between them,
 * people who restore, release and rebuild. Each step may be the last one before a crash. */
#ifndef SW_TEST_EXCHANGE_MODEL_H
#define SW_TEST_EXCHANGE_MODEL_H
#include "tests/unit/common/exchange/breaks.h"

#define MODEL_MESSAGES 64
#define MODEL_IDS 128 /* of messages and closings */
#define MODEL_KEYS 4
#define MODEL_CONTENTS 1024
#define MODEL_BUNDLES 192
#define MODEL_EPOCHS 24
#define MODEL_FILES 64
#define MODEL_CARRIED 4
#define MODEL_CONFIRMS 32

struct model_key {
	int key;
	int64_t n, after_epoch, after_n;
	bool opens;
};
struct model_close { /* of a key, at a number */
	int key;
	int64_t epoch, n;
};
struct model_message { /* as it travels: one id, the numbers of one epoch */
	int id, nkeys;
	int64_t epoch;
	struct model_key k[2];
	int64_t held_epoch, held_seq;
	int ncloses; /* has none of k */
	struct model_close closes[MODEL_KEYS];
};
/* What a file holds, for ever. Its place in model.contents is its identity. */
struct model_content {
	enum manifest_kind kind;
	int64_t epoch, seq;
	int prev, signer;
	bool unreadable, forged;
	int n, nvoids;
	struct model_message v[MODEL_CARRIED];
	struct {
		int64_t epoch, seq;
		int identity;
	} voids[MODEL_CARRIED];
	int64_t previous_epoch, last_seq;
	int last;
};
struct model_file {
	int content;
	bool damaged;
};

struct model_sender { /* its database */
	int64_t epoch, seq;
	int prev, signer;
	bool rebuilt;
	int64_t ack_epoch, ack_contiguous;
	struct acked_at ack_newest;
	int nout, nb;
	struct {
		struct model_message m;
		bool bundled;
		int64_t epoch, seq;
	} out[MODEL_IDS];
	struct {
		int64_t epoch, seq;
		int content;
		enum acked_state state;
		int void_by; /* the void that closes it */
		int64_t safe_life;
	} b[MODEL_BUNDLES];
	struct order_last last[MODEL_KEYS];
	struct closing closing;
	int64_t floor;
	int newest[MODEL_KEYS]; /* id of the newest message on a key; -1 none */
	bool gone[MODEL_IDS];   /* reference: let go before the receiver lost all that it had */
	bool rolled_back;       /* and has not noticed: its numbers were used before */
};
enum model_verdict { MODEL_UNKNOWN, MODEL_APPLIED, MODEL_REFUSED, MODEL_WAITING };
struct model_receiver { /* its database */
	struct stream s;
	int nrecords, nwaiting;
	struct {
		int64_t epoch, seq;
		int content;
		int64_t void_epoch, void_seq;   /* the first of the bundles whose voids closed it; 0 none */
		int64_t again_epoch, again_seq; /* the last of them */
		bool refused, forked;           /* forked: beside the one that has the number */
	} records[MODEL_CONTENTS];
	uint8_t verdict[MODEL_IDS];
	uint32_t taken[MODEL_IDS];                        /* epochs in whose numbers it came, a bit each */
	struct order_turn turn[MODEL_EPOCHS][MODEL_KEYS]; /* next 1: no row */
	int64_t forgotten[MODEL_EPOCHS][MODEL_KEYS];      /* reference: the last number that it forgot */
	/* Reference: which message had its effect under a number, 1 + id. */
	uint8_t used[MODEL_EPOCHS][MODEL_KEYS][MODEL_IDS];
	struct model_message waiting[2 * MODEL_IDS];
	int64_t life; /* of the acks it sends */
};
struct model {
	uint64_t random;
	int64_t now;
	int ncontents;
	struct model_content contents[MODEL_CONTENTS];
	int nmessages, nputs;
	bool poison[MODEL_IDS], follows[MODEL_IDS];
	struct model_sender s, s_backup;
	uint8_t sent[MODEL_CONTENTS]; /* the sender's folder sent/: 1 whole, 2 damaged */
	int tmp;                      /* its folder tmp/ */
	int64_t mark_epoch;           /* beside its boot mark */
	struct model_receiver r, r_backup;
	int64_t r_life;
	int nway, nin;
	struct model_file way[MODEL_FILES], in[MODEL_FILES];
	int revoked; /* keys before this one are revoked */
	int64_t revoked_epoch[MODEL_EPOCHS], revoked_seq[MODEL_EPOCHS];
	bool receiver_lost;
	bool clear;  /* no more faults */
	bool closes; /* keys are closed that were not used for a while */
	int nconfirms;
	struct model_close confirms[MODEL_CONFIRMS]; /* on their way back; lost, doubled, in any order */
	int64_t closed, opened, released;
	int64_t verdicts[STREAM_FAR + 1], voids[STREAM_FORK + 1], messages[3], reopened, diverged, rebuilt;
	/* ---- reference */
	int before[MODEL_IDS][2];   /* the message before it on each of its keys; -1 none */
	int on[MODEL_IDS][2];       /* those keys */
	int64_t rebuilt_epoch;      /* of the last rebuild */
	bool settled[MODEL_EPOCHS]; /* an officer released what is beyond its statement */
	/* Put by a sender that was rolled back without noticing. Another message had its numbers before;
	 * until that is seen the order on its keys is not that of this life. */
	bool unsure[MODEL_IDS];
	bool rolled_back, restored;    /* in this schedule; restored: noticed or not */
	int64_t highest[MODEL_EPOCHS]; /* highest number ever used */
};

unsigned model_random(struct model *w, unsigned n);
struct digest model_digest(int content);
/* The chain of identities of an epoch goes on by one. */
void model_chain(struct digest *head, int content);
/* *m is filled as far as the rules look at it. */
void model_manifest(const struct model *w, int content, struct manifest *m);

/* ---- sender */
void model_put(struct model *w);
/* On nkeys keys from this one on. */
void model_put_on(struct model *w, int key, int nkeys);
/* Builds the next bundle, or a tick; stops after `steps` steps as by a crash, and recovers. */
void model_send(struct model *w, bool tick, unsigned steps);
void model_ack_take(struct model *w, const struct manifest_ack *a, const struct acked_at *at);
void model_sender_restore(struct model *w, bool noticed);
void model_sender_rebuild(struct model *w);
bool model_sender_idle(const struct model *w);
/* Looks whether a round is over, and closes keys. */
void model_closing(struct model *w);
/* The i-th confirmation arrives. */
void model_confirm(struct model *w, int i, bool again);

/* ---- receiver */
void model_receiver_init(struct model_receiver *r);
void model_receiver_fini(struct model_receiver *r);
void model_receiver_copy(struct model_receiver *to, const struct model_receiver *from);
/* Takes the i-th file of in/. Without `remove` it crashes before the file is removed. */
void model_receive(struct model *w, int i, bool remove);
/* What it would tell now. */
void model_ack(struct model *w, int64_t turn, struct manifest_ack *a);
void model_officer(struct model *w);
/* Invariants that hold at every moment: only what has an open predecessor waits, and no number is missing
 * that was never used. */
void model_check(const struct model *w);
#endif
