/* A running process: state in, event in — state and effects out. Pure: no database, no clock, no jq of its
 * own; what it needs of them comes in struct flow_env.
 *
 * A token rests at a user task, a service task or a catch event until its event comes, or on a flow into a
 * join that waits for more. Everything between is run in the same step. A step that fails changes nothing.
 *
 * Going back: the state before an earlier user task was done is restored, after the compensation of every
 * activity done since has run, last first (a script at once, a service or user task as a token like any
 * other). Suspension stops every timer; what is left of each counts on after it.
 *
 * Expressions see {"vars": …, "case": …}: vars are what scripts and results of tasks have left, never
 * personal data; "case" is what the caller tells about the case. */
#ifndef SW_WORKFLOW_FLOW_H
#define SW_WORKFLOW_FLOW_H
#include "common/base/json.h"
#include "common/workflow/bpmn.h"

#define FLOW_TOKENS_MAX BPMN_TOKENS_MAX
#define FLOW_WAITS_MAX BPMN_EVENTS_MAX
#define FLOW_VARS_MAX 32768 /* bytes of canonical JSON */
#define FLOW_MAIL_MAX 16
#define FLOW_DONE_MAX 64

enum flow_status { FLOW_RUNNING, FLOW_SUSPENDED, FLOW_DONE, FLOW_CANCELLED };
struct flow_token {
	int64_t id, since_ms;
	int node, flow; /* node -1: on the flow, before a join; flow -1: at the node */
	bool undoing;   /* at a compensation handler */
};
/* An event armed beside a resting token: a timer (due_ms, 0 while suspended), or a message, an error. */
struct flow_wait {
	int64_t token, due_ms;
	int64_t left; /* of a timer when it was last set: milliseconds, working days */
	int64_t from_ms;
	int node;
};
struct flow_state {
	enum flow_status status;
	int64_t next_token;
	struct flow_token tokens[FLOW_TOKENS_MAX];
	size_t ntokens;
	struct flow_wait waits[FLOW_WAITS_MAX];
	size_t nwaits;
	json_t *vars; /* object */
	json_t *by;   /* object: user task -> who did it last */
	json_t *mail; /* array of {"message","payload"}: came before anybody waited for it */
	json_t *undo; /* null, or {"queue": [handler ids still to run], "marking": […]} */
};
enum flow_kind {
	FLOW_START,
	FLOW_COMPLETE,       /* node: the user task; who; result into vars */
	FLOW_MESSAGE,        /* name; result: its payload, into vars */
	FLOW_TIMER,          /* token, node: a wait that is due */
	FLOW_SERVICE_DONE,   /* token; result into vars */
	FLOW_SERVICE_FAILED, /* token; name: code of the error. Without a boundary event for it the step is
				refused and the token stays */
	FLOW_BACK,           /* past, npast, to */
	FLOW_SUSPEND,
	FLOW_RESUME,
	FLOW_CANCEL
};
/* One step of the past that still stands (steps that were gone back over are left out), oldest first. */
struct flow_past {
	int64_t n;
	const char *node;      /* user task that was done; "" when it was another event */
	const json_t *marking; /* where the tokens were before it */
	const json_t *done;    /* array: activities done in it, in order */
};
struct flow_event {
	enum flow_kind kind;
	const char *node, *name, *who;
	int64_t token;
	const json_t *result;
	const struct flow_past *past;
	size_t npast;
	int64_t to;
};
struct flow_env {
	int64_t now_ms;
	const json_t *facts; /* "case" of expressions; NULL none */
	void *arg;
	/* Runs program n of the process on a value. */
	int (*eval)(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note);
	/* End of the `days`th working day after from_ms. */
	int64_t (*working)(void *arg, int64_t from_ms, int64_t days);
	/* Working days that have passed between the two. */
	int64_t (*worked)(void *arg, int64_t from_ms, int64_t to_ms);
	/* Length of a term by name (sw:term), in the timer's unit; -1: as it is drawn. NULL: as drawn. */
	int64_t (*term)(void *arg, const char *name);
};
struct flow_effects {
	const char *messages[FLOW_DONE_MAX]; /* thrown, by name; owned by the process */
	size_t nmessages;
	int done[FLOW_DONE_MAX]; /* activities done in this step, in order */
	size_t ndone;
	int node; /* of the event; -1 none */
};

/* An empty state, before FLOW_START. */
SW_MUST_USE int flow_state_init(struct flow_state *s);
void flow_state_fini(struct flow_state *s);
SW_MUST_USE int flow_state_copy(const struct flow_state *from, struct flow_state *to);

/* *out is a new state, to be freed with flow_state_fini; untouched on failure. ERR_STATE: that is not waited
 * for now; ERR_APPROVAL: the same person did the task it must not be done with (sw:notBy); ERR_REFUSED, with
 * the element: an expression that gave no answer; ERR_LIMIT. */
SW_MUST_USE int flow_step(const struct bpmn *b, const struct flow_state *in, const struct flow_event *e,
	const struct flow_env *env, struct flow_state *out, struct flow_effects *fx, struct err_note *note);
/* Token that rests at a node; NULL. */
const struct flow_token *flow_token_at(const struct flow_state *s, int node);

/* Where the tokens are: ["n:NODE", "f:FLOW", "a:armed boundary event that does not interrupt", …]. New
 * reference. */
json_t *flow_marking(const struct bpmn *b, const struct flow_state *s);
/* true when the process can be in this state by its drawing. */
bool flow_legal(const struct bpmn *b, const struct flow_state *s);

/* The same case under another drawing. map: object, old id -> new id of nodes and flows (the same id where it
 * is silent); NULL none. ERR_REFUSED with the element when a token would have no place, or a place of another
 * kind, or the state is none the new drawing can be in; ERR_STATE while a way back is under way. */
SW_MUST_USE int flow_migrate(const struct bpmn *from, const struct bpmn *to, const json_t *map,
	const struct flow_state *in, const struct flow_env *env, struct flow_state *out,
	struct err_note *note);

/* The whole state as JSON and back, by ids; for keeping what was before a migration. */
SW_MUST_USE int flow_state_json(const struct bpmn *b, const struct flow_state *s, json_t **out);
SW_MUST_USE int flow_state_parse(
	const struct bpmn *b, const json_t *v, struct flow_state *out, struct err_note *note);
#endif
