#include "common/workflow/jqbox.h"

#include "common/log/log.h"
#include "common/workflow/jq_words.h"
#include "common/workflow/jqbox_tried.h"
#include "common/workflow/jqbox_worker.h"
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS_MAX 16
#define PROGRAMS_MAX 4096
/* A text to compile is one that somebody published, not a value that somebody sent. All are compiled when a
 * daemon starts, in processes that just began: a busy machine may take that many times longer. */
#define LOAD_TIMES 15

struct jqbox {
	char *program, *tried_path;
	int time_ms, memory_mib, nworkers;
	size_t result_max;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	struct jqbox_worker workers[WORKERS_MAX];
	char *texts[PROGRAMS_MAX]; /* never removed while the keeper lives */
	size_t ntexts;
	json_t *numbers; /* text -> number */
	json_t *tried;   /* texts that need not be tried */
	struct jqbox_state state;
};

static char *beside(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
	while (n > 0 && path[n - 1] != '/')
		n--;
	if (n <= 0)
		return NULL;
	memcpy(path + n, "jqbox", 6);
	return strdup(path);
}

int jqbox_start(const struct jqbox_options *o, struct jqbox **out, struct err_note *note)
{
	struct jqbox *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->idle, NULL);
	b->program = o->program ? strdup(o->program) : beside();
	b->numbers = json_object();
	b->tried_path = o->tried ? strdup(o->tried) : NULL;
	b->tried = o->tried ? jqbox_tried_read(o->tried) : json_object();
	b->time_ms = o->time_ms ? o->time_ms : 2000;
	b->memory_mib = o->memory_mib ? o->memory_mib : 64;
	b->nworkers = o->workers ? o->workers : 2;
	b->result_max = o->result_max ? o->result_max : 65536;
	int rc = b->program && b->numbers && b->tried && (b->tried_path || !o->tried) ? 0 : ERR_NOMEM;
	if (rc == 0 && (b->nworkers < 1 || b->nworkers > WORKERS_MAX))
		rc = ERR_RANGE;
	if (rc == 0 && access(b->program, X_OK) != 0)
		rc = err_set(note, ERR_CONFIG, "%s: cannot be run", b->program);
	if (rc < 0)
		jqbox_stop(b);
	else
		*out = b;
	return rc;
}

void jqbox_stop(struct jqbox *b)
{
	if (!b)
		return;
	for (int i = 0; i < WORKERS_MAX; i++) {
		jqbox_worker_end(&b->workers[i]);
		free(b->workers[i].loaded);
	}
	for (size_t i = 0; i < b->ntexts; i++)
		free(b->texts[i]);
	json_decref(b->numbers);
	json_decref(b->tried);
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->idle);
	free(b->program);
	free(b->tried_path);
	free(b);
}

/* ---- a worker for one question */
static struct jqbox_worker *worker_take(struct jqbox *b)
{
	struct jqbox_worker *w = NULL;
	pthread_mutex_lock(&b->lock);
	while (!w) {
		/* One that runs already before one that must be started. */
		for (int i = 0; i < b->nworkers; i++)
			if (!b->workers[i].busy && (!w || (w->pid == 0 && b->workers[i].pid != 0)))
				w = &b->workers[i];
		if (!w)
			pthread_cond_wait(&b->idle, &b->lock);
	}
	w->busy = true;
	pthread_mutex_unlock(&b->lock);
	return w;
}

static void worker_give(struct jqbox *b, struct jqbox_worker *w, bool broken)
{
	if (broken)
		jqbox_worker_end(w);
	pthread_mutex_lock(&b->lock);
	w->busy = false;
	b->state.restarts += broken;
	pthread_cond_signal(&b->idle);
	pthread_mutex_unlock(&b->lock);
}

static int worker_ready(struct jqbox *b, struct jqbox_worker *w, size_t number)
{
	if (number >= w->nloaded) {
		size_t n = number + 64;
		bool *v = realloc(w->loaded, n * sizeof *v);
		if (!v)
			return ERR_NOMEM;
		memset(v + w->nloaded, 0, (n - w->nloaded) * sizeof *v);
		w->loaded = v;
		w->nloaded = n;
	}
	return w->pid ? 0 : jqbox_worker_start(w, b->program, b->memory_mib);
}

static int failed(int rc, struct err_note *note)
{
	switch (rc) {
	case ERR_TIMEOUT:
		return err_set(note, rc, "it took too long");
	case ERR_LIMIT:
		return err_set(note, rc, "it took too much memory, or its result is too large");
	default:
		return err_set(note, rc, "%s", err_text(rc));
	}
}

/* Puts the program into the worker unless it is there. */
static int worker_load(
	struct jqbox *b, struct jqbox_worker *w, const char *text, size_t number, struct err_note *note)
{
	struct buf said;
	uint32_t op = 0;
	if (w->loaded[number])
		return 0;
	buf_init(&said, 65536);
	int rc = jqbox_worker_ask(
		w, JQBOX_LOAD, (uint32_t)number, view_str(text), LOAD_TIMES * b->time_ms, &op, &said);
	if (rc < 0)
		failed(rc, note);
	else if (op == JQBOX_VALUE)
		w->loaded[number] = true;
	else
		rc = err_set(note, ERR_SYNTAX, "%.200s", said.n ? (const char *)said.p : "?");
	buf_fini(&said);
	return rc;
}

/* ---- programs */
static int number_of(struct jqbox *b, const char *text, size_t *number)
{
	int rc = 0;
	pthread_mutex_lock(&b->lock);
	const json_t *have = json_object_get(b->numbers, text);
	if (have)
		*number = (size_t)json_integer_value(have);
	else
		rc = ERR_NOTFOUND;
	pthread_mutex_unlock(&b->lock);
	return rc;
}

static int number_new(struct jqbox *b, const char *text, size_t *number)
{
	int rc = 0;
	pthread_mutex_lock(&b->lock);
	const json_t *have = json_object_get(b->numbers, text);
	if (have) {
		*number = (size_t)json_integer_value(have);
	} else if (b->ntexts == PROGRAMS_MAX) {
		rc = ERR_LIMIT;
	} else if (!(b->texts[b->ntexts] = strdup(text)) ||
		   json_object_set_new(b->numbers, text, json_integer((json_int_t)b->ntexts))) {
		rc = ERR_NOMEM;
	} else {
		*number = b->ntexts++;
	}
	pthread_mutex_unlock(&b->lock);
	return rc;
}

/* In a process, under a number that no program has. */
static int try_once(struct jqbox *b, const char *text, struct err_note *note)
{
	struct jqbox_worker *w = worker_take(b);
	int rc = worker_ready(b, w, PROGRAMS_MAX - 1);
	if (rc == 0) {
		w->loaded[PROGRAMS_MAX - 1] = false;
		rc = worker_load(b, w, text, PROGRAMS_MAX - 1, note);
	}
	worker_give(b, w, rc < 0 && rc != ERR_SYNTAX);
	return rc;
}

/* Only what compiles gets a number of its own. */
int jqbox_compile(struct jqbox *b, const char *text, size_t *number, struct err_note *note)
{
	int rc = jq_words_check(text, note);
	if (rc < 0 || number_of(b, text, number) == 0)
		return rc;
	if (!json_object_get(b->tried, text))
		rc = try_once(b, text, note);
	if (rc == 0)
		rc = number_new(b, text, number);
	return rc < 0 && note && !note->err ? failed(rc, note) : rc;
}

void jqbox_keep(struct jqbox *b)
{
	size_t known = 0;
	pthread_mutex_lock(&b->lock);
	size_t n = b->ntexts; /* texts stay where they are */
	pthread_mutex_unlock(&b->lock);
	for (size_t i = 0; i < n; i++)
		known += json_object_get(b->tried, b->texts[i]) != NULL;
	if (!b->tried_path || (known == n && n == json_object_size(b->tried)))
		return;
	int rc = jqbox_tried_write(b->tried_path, b->texts, n);
	if (rc < 0)
		log_warn("jqbox", "file=%s error=%s", b->tried_path, err_name(rc));
}

/* jq quotes values in its messages, and they may be personal: letters outside parentheses are kept. */
static int run_refused(const struct buf *said, struct err_note *note)
{
	char what[128];
	size_t n = 0;
	int depth = 0;
	for (size_t i = 0; i < said->n && n + 1 < sizeof what; i++) {
		char c = (char)said->p[i];
		depth += c == '(';
		if (depth == 0 && (isalpha((unsigned char)c) || c == ' ' || c == ',') &&
			!((unsigned char)c & 0x80))
			what[n++] = c;
		depth -= c == ')' && depth > 0;
	}
	what[n] = '\0';
	return err_set(note, ERR_REFUSED, "%s", what);
}

static int value_of(
	const struct jqbox *b, uint32_t op, const struct buf *said, json_t **out, struct err_note *note)
{
	if (op != JQBOX_VALUE)
		return run_refused(said, note);
	int rc = json_parse(buf_view(said), b->result_max, out, NULL);
	return rc < 0 ? err_set(note, rc == ERR_SYNTAX ? ERR_REFUSED : rc, "the result: %s", err_text(rc))
		      : 0;
}

int jqbox_run(struct jqbox *b, size_t number, struct view value, json_t **out, struct err_note *note)
{
	struct buf said;
	uint32_t op = 0;
	pthread_mutex_lock(&b->lock);
	const char *text = number < b->ntexts ? b->texts[number] : NULL;
	b->state.runs++;
	pthread_mutex_unlock(&b->lock);
	REQUIRE(text);
	buf_init(&said, b->result_max);
	struct jqbox_worker *w = worker_take(b);
	int rc = worker_ready(b, w, number);
	if (rc == 0)
		rc = worker_load(b, w, text, number, note);
	if (rc == 0 &&
		(rc = jqbox_worker_ask(w, JQBOX_RUN, (uint32_t)number, value, b->time_ms, &op, &said)) < 0)
		failed(rc, note);
	worker_give(b, w, rc < 0);
	if (rc == 0)
		rc = value_of(b, op, &said, out, note);
	else
		log_warn("jqbox", "program=%zu error=%s", number, err_name(rc));
	buf_fini(&said);
	return rc;
}

void jqbox_state(struct jqbox *b, struct jqbox_state *out)
{
	pthread_mutex_lock(&b->lock);
	*out = b->state;
	pthread_mutex_unlock(&b->lock);
}
