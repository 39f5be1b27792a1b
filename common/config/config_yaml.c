#include "common/config/config_yaml.h"

#include "common/base/starved.h"
#include "common/config/config.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define YAML_DEPTH_MAX 16
#define YAML_NODES_MAX 100000
#define FILE_SHOWN 100
/* Digits of an integer that JSON carries safely: below 2^53. */
#define DIGITS_MAX 15

struct yaml {
	yaml_parser_t parser;
	const char *file;
	struct view text;
	bool marked;
	int depth, nodes;
	struct err_note *note;
};

const char *config_yaml_short(const char *file)
{
	size_t n = strlen(file);
	if (n <= FILE_SHOWN)
		return file;
	file += n - FILE_SHOWN;
	while (((unsigned char)*file & 0xc0) == 0x80)
		file++;
	return file;
}

static int refuse(struct yaml *y, yaml_mark_t at, const char *what)
{
	return err_set(y->note, ERR_SYNTAX, "%s:%zu:%zu: %s", config_yaml_short(y->file), at.line + 1,
		at.column + 1, what);
}

/* libyaml gives a byte offset only for what is no text at all. */
static yaml_mark_t mark_of_offset(struct view text, size_t offset)
{
	yaml_mark_t m = {0};
	for (size_t i = 0; i < text.n && i < offset; i++) {
		if (text.p[i] == '\n') {
			m.line++;
			m.column = 0;
		} else {
			m.column += (text.p[i] & 0xc0) != 0x80;
		}
	}
	return m;
}

static int event_next(struct yaml *y, yaml_event_t *e)
{
	const yaml_parser_t *p = &y->parser;
	if (yaml_parser_parse(&y->parser, e))
		return 0;
	if (p->error == YAML_MEMORY_ERROR)
		return ERR_NOMEM;
	return refuse(y,
		p->error == YAML_READER_ERROR ? mark_of_offset(y->text, p->problem_offset) : p->problem_mark,
		p->problem ? p->problem : "cannot be parsed");
}

/* 0123 and -0 are codes, not numbers. */
static bool is_integer(const char *s)
{
	const char *d = s + (s[0] == '-');
	size_t n = strspn(d, "0123456789");
	return n > 0 && !d[n] && (d[0] != '0' || (n == 1 && d == s));
}

static const char *scalar_fault(const struct yaml *y, const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	bool is_plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (is_plain && e->data.scalar.length == 0)
		return "no value (an empty text is \"\")";
	if (strlen(s) != e->data.scalar.length)
		return "a text with a NUL";
	if (is_plain && !y->marked && is_integer(s) && strlen(s) - (s[0] == '-') > DIGITS_MAX)
		return "an integer of more than 15 digits (as a text it needs quotes)";
	return NULL;
}

/* Plain integers and true/false become such in the unmarked form; everything quoted is text. */
static json_t *scalar_value(const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		if (strcmp(s, "true") == 0)
			return json_true();
		if (strcmp(s, "false") == 0)
			return json_false();
		if (is_integer(s))
			return json_integer(strtoll(s, NULL, 10));
	}
	return json_stringn(s, e->data.scalar.length);
}

static json_t *mark_wrap(const struct yaml *y, json_t *v, yaml_mark_t at)
{
	char place[48];
	if (!y->marked)
		return v;
	snprintf(place, sizeof place, "%zu:%zu", at.line + 1, at.column + 1);
	return json_pack("{s:o,s:s}", "v", v, "at", place);
}

static int node_read(struct yaml *y, yaml_event_t *e, json_t **out);

static int sequence_read(struct yaml *y, json_t **out)
{
	json_t *list = json_array();
	for (;;) {
		yaml_event_t e;
		json_t *v = NULL;
		int rc = event_next(y, &e);
		bool end = rc == 0 && e.type == YAML_SEQUENCE_END_EVENT;
		if (rc == 0 && !end)
			rc = node_read(y, &e, &v);
		if (rc == 0)
			yaml_event_delete(&e);
		if (rc < 0 || (v && json_array_append_new(list, v))) {
			json_decref(list);
			return rc < 0 ? rc : ERR_NOMEM;
		}
		if (end) {
			*out = list;
			return 0;
		}
	}
}

static int pair_read(struct yaml *y, yaml_event_t *key, json_t *map, json_t *places)
{
	yaml_event_t e;
	json_t *v = NULL;
	if (key->type != YAML_SCALAR_EVENT)
		return refuse(y, key->start_mark, "a key must be a plain text");
	const char *name = (const char *)key->data.scalar.value;
	if (strlen(name) != key->data.scalar.length || key->data.scalar.length > 64 || !name[0])
		return refuse(y, key->start_mark, "a key that is empty, over 64 characters or with a NUL");
	if (key->data.scalar.anchor || key->data.scalar.tag || strcmp(name, "<<") == 0)
		return refuse(y, key->start_mark, "anchors, aliases, tags and merges are not taken");
	if (json_object_get(map, name))
		return refuse(y, key->start_mark, "the key stands twice");
	int rc = event_next(y, &e);
	if (rc < 0)
		return rc;
	rc = node_read(y, &e, &v);
	if (rc < 0)
		return rc;
	yaml_event_delete(&e);
	char place[48];
	snprintf(place, sizeof place, "%zu:%zu", key->start_mark.line + 1, key->start_mark.column + 1);
	if (json_object_set_new(map, name, v) || json_object_set_new(places, name, json_string(place)))
		return refuse(y, key->start_mark, "the key is not valid UTF-8");
	return 0;
}

static int mapping_read(struct yaml *y, yaml_mark_t at, json_t **out)
{
	json_t *map = json_object(), *places = json_object();
	int rc = 0;
	for (bool end = false; rc == 0 && !end;) {
		yaml_event_t key;
		rc = event_next(y, &key);
		if (rc < 0)
			break;
		end = key.type == YAML_MAPPING_END_EVENT;
		if (!end)
			rc = pair_read(y, &key, map, places);
		yaml_event_delete(&key);
	}
	if (rc < 0) {
		json_decref(map);
		json_decref(places);
		return rc;
	}
	*out = mark_wrap(y, map, at);
	if (y->marked)
		json_object_set_new(*out, "keys", places);
	else
		json_decref(places);
	return 0;
}

/* On failure `e` is deleted; on success the caller deletes it. */
static int node_read(struct yaml *y, yaml_event_t *e, json_t **out)
{
	yaml_mark_t at = e->start_mark;
	json_t *v = NULL;
	int rc;
	if (++y->nodes > YAML_NODES_MAX || y->depth >= YAML_DEPTH_MAX) {
		rc = refuse(y, at, "too many values or nested too deep");
	} else if (e->type == YAML_ALIAS_EVENT ||
		   (e->type == YAML_SCALAR_EVENT && (e->data.scalar.anchor || e->data.scalar.tag)) ||
		   (e->type == YAML_MAPPING_START_EVENT &&
			   (e->data.mapping_start.anchor || e->data.mapping_start.tag)) ||
		   (e->type == YAML_SEQUENCE_START_EVENT &&
			   (e->data.sequence_start.anchor || e->data.sequence_start.tag))) {
		rc = refuse(y, at, "anchors, aliases and tags are not taken");
	} else if (e->type == YAML_SCALAR_EVENT) {
		const char *fault = scalar_fault(y, e);
		rc = fault ? refuse(y, at, fault) : 0;
		if (rc == 0)
			v = mark_wrap(y,
				y->marked ? json_string((const char *)e->data.scalar.value) : scalar_value(e),
				at);
	} else {
		y->depth++;
		if (e->type == YAML_SEQUENCE_START_EVENT) {
			rc = sequence_read(y, &v);
			if (rc == 0)
				v = mark_wrap(y, v, at);
		} else {
			rc = e->type == YAML_MAPPING_START_EVENT ? mapping_read(y, at, &v)
								 : refuse(y, at, "a value is missing");
		}
		y->depth--;
	}
	if (rc == 0 && !v)
		rc = ERR_NOMEM;
	if (rc < 0)
		yaml_event_delete(e);
	else
		*out = v;
	return rc;
}

static int document_read(struct yaml *y, json_t **out)
{
	yaml_event_t e;
	json_t *root = NULL;
	int rc = 0;
	for (bool done = false; rc == 0 && !done;) {
		rc = event_next(y, &e);
		if (rc < 0)
			break;
		switch (e.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_STREAM_END_EVENT:
			done = true;
			break;
		default:
			if (root) {
				rc = refuse(y, e.start_mark, "more than one document");
				yaml_event_delete(&e);
			} else {
				rc = node_read(y, &e, &root);
			}
			if (rc < 0)
				continue;
		}
		yaml_event_delete(&e);
	}
	if (rc == 0 && !root)
		rc = err_set(y->note, ERR_SYNTAX, "%s:1:1: empty", config_yaml_short(y->file));
	if (rc < 0)
		json_decref(root);
	else
		*out = root;
	return rc;
}

static int yaml_text(const char *file, struct view text, bool marked, json_t **out, struct err_note *note)
{
	struct yaml y = {.file = file, .text = text, .marked = marked, .note = note};
	if (!yaml_parser_initialize(&y.parser))
		return ERR_NOMEM;
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, text.p ? text.p : (const uint8_t *)"", text.n);
	/* What jansson refused, or left out, for want of memory is no fault of the file. */
	starved_watch();
	json_t *root = NULL;
	int rc = document_read(&y, &root);
	yaml_parser_delete(&y.parser);
	if (starved()) {
		json_decref(root);
		return err_set(note, ERR_NOMEM, "%s: no memory", config_yaml_short(file));
	}
	if (rc == 0)
		*out = root;
	return rc;
}

static int yaml_file(const char *file, size_t max, bool marked, json_t **out, struct err_note *note)
{
	struct buf text;
	buf_init(&text, max);
	int rc = file_read(AT_FDCWD, file, max, &text);
	if (rc < 0)
		rc = err_set(note,
			rc == ERR_LIMIT   ? ERR_SYNTAX
			: rc == ERR_NOMEM ? rc
					  : ERR_CONFIG,
			"%s: %s", config_yaml_short(file), err_text(rc));
	else
		rc = yaml_text(file, buf_view(&text), marked, out, note);
	buf_fini(&text);
	return rc;
}

int config_yaml_marked_text(const char *name, struct view text, json_t **out, struct err_note *note)
{
	return yaml_text(name, text, true, out, note);
}

int config_yaml_json_text(const char *name, struct view text, json_t **out, struct err_note *note)
{
	return yaml_text(name, text, false, out, note);
}

int config_yaml_json(const char *file, size_t max, json_t **out, struct err_note *note)
{
	return yaml_file(file, max, false, out, note);
}

int config_yaml_marked(const char *file, size_t max, json_t **out, struct err_note *note)
{
	return yaml_file(file, max, true, out, note);
}
