/* A process drawn in BPMN 2.0 XML, read and proved before anything runs by it. Read-only after loading, may
 * be shared by threads.
 *
 * What runs: none start event; end events none, terminate, message; user, service and script (jq) tasks;
 * exclusive and parallel gateways; intermediate catch events timer and message, throw events message;
 * boundary events timer, message, error, compensation. What only documents (lanes, annotations, data objects,
 * groups, diagrams, black-box participants, extensions of modelling tools) is read over. Everything else is
 * refused with the element's id and line.
 *
 * The file is read by libxml2 without network, external files or entities: a document type is refused where
 * it begins. */
#ifndef SW_WORKFLOW_BPMN_H
#define SW_WORKFLOW_BPMN_H
#include "common/base/buf.h"

#define BPMN_FILE_MAX (1 << 20)
#define BPMN_DEPTH_MAX 64
#define BPMN_NODES_MAX 256
#define BPMN_FLOWS_MAX 512
#define BPMN_EVENTS_MAX 128 /* catch and boundary events */
#define BPMN_TOKENS_MAX 64  /* at one time */
#define BPMN_ID_MAX 96
#define BPMN_SPACE "urn:sanwang:bpmn" /* namespace of this project's attributes */

enum bpmn_kind {
	BPMN_START,
	BPMN_END,
	BPMN_USER,
	BPMN_SERVICE,
	BPMN_SCRIPT,
	BPMN_EXCLUSIVE,
	BPMN_PARALLEL,
	BPMN_CATCH,   /* intermediate: timer, message */
	BPMN_THROW,   /* intermediate: message */
	BPMN_BOUNDARY /* timer, message, error, compensation */
};
enum bpmn_event { BPMN_NONE, BPMN_TIMER, BPMN_MESSAGE, BPMN_ERROR, BPMN_COMPENSATE, BPMN_TERMINATE };
enum bpmn_timer { BPMN_DURATION, BPMN_WORKING_DAYS, BPMN_DATE };

struct bpmn_node {
	char *id, *name;
	int line;
	enum bpmn_kind kind;
	enum bpmn_event event;
	/* User task: what the registry calls the act (sw:action, else the id). Service task: the topic its
	 * worker asks for (sw:topic, camunda:topic, zeebe:taskDefinition type). Script: jq text. Message: its
	 * name. Error: its code, "" for any. Timer: text, see below. */
	char *ref;
	char *role;   /* user task: sw:role or camunda:candidateGroups; NULL */
	char *not_by; /* user task: sw:notBy, id of the task that another person must have done; NULL */
	enum bpmn_timer timer;
	int64_t timer_value; /* milliseconds, working days, or milliseconds since 1970 */
	int attached;        /* boundary: node of its activity; -1 */
	bool interrupting;   /* boundary */
	bool handler;        /* isForCompensation: runs only when its activity is stepped back over */
	int handled_by;      /* activity: its compensation handler; -1 */
	int fallback;        /* exclusive gateway: default flow; -1 */
	int *in, *out;       /* flows */
	size_t nin, nout;
	size_t program; /* script: number among the programs */
	int rank;       /* order in which moving tokens are handled: before all it leads to without a rest */
};
struct bpmn_flow {
	char *id;
	int line, from, to;
	char *condition; /* jq; NULL none */
	size_t program;
};
/* jq texts of the process, in the order of the file: conditions and scripts. */
struct bpmn_program {
	const char *text, *id; /* id of the element */
	int line;
	bool condition;
};
struct bpmn {
	char *id, *name;
	struct bpmn_node *nodes;
	size_t nnodes;
	struct bpmn_flow *flows;
	size_t nflows;
	struct bpmn_program *programs;
	size_t nprograms;
	int start;
	struct bpmn_markings *markings; /* every state the process can be in (bpmn_space.h) */
};

/* Reads and proves. On refusal note says "ID, line N: what" — ERR_SYNTAX (not XML, or a document type),
 * ERR_LIMIT (size, depth, count, too many states), ERR_SCHEMA (an element or attribute that is not run, a
 * broken reference), ERR_REFUSED (a process that would not end well: see bpmn_space.h). */
SW_MUST_USE int bpmn_read(struct view xml, struct bpmn **out, struct err_note *note);
void bpmn_free(struct bpmn *b);
/* -1 when there is none. */
int bpmn_node_find(const struct bpmn *b, const char *id);
const char *bpmn_kind_name(enum bpmn_kind k);
/* A task or catch event: a token rests there until something happens. */
bool bpmn_waits(const struct bpmn_node *n);
#endif
