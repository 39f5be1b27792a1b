#include "common/config/config.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define YAML_DEPTH_MAX 12
#define YAML_NODES_MAX 100000

struct yaml {
	yaml_parser_t parser;
	const char *file;
	bool marked;
	int depth, nodes;
	struct err_note *note;
};

static int refuse(struct yaml *y, yaml_mark_t at, const char *what)
{
	return err_set(y->note, ERR_SYNTAX, "%s:%zu:%zu: %s", y->file, at.line + 1, at.column + 1, what);
}

static int event_next(struct yaml *y, yaml_event_t *e)
{
	if (yaml_parser_parse(&y->parser, e))
		return 0;
	return refuse(y, y->parser.problem_mark, y->parser.problem ? y->parser.problem : "cannot be parsed");
}

/* Plain integers and true/false become such in the unmarked form; everything quoted is text. */
static json_t *scalar_value(const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	char *end;
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		if (strcmp(s, "true") == 0)
			return json_true();
		if (strcmp(s, "false") == 0)
			return json_false();
		size_t n = strspn(s + (s[0] == '-'), "0123456789");
		/* 0123 is a code, not a number. */
		if (n > 0 && n < 16 && !s[n + (s[0] == '-')] && (n == 1 || s[s[0] == '-'] != '0'))
			return json_integer(strtoll(s, &end, 10));
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
	if (strlen(name) != key->data.scalar.length || key->data.scalar.length > 64)
		return refuse(y, key->start_mark, "a key of over 64 characters or with a NUL");
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
		v = y->marked ? json_stringn((const char *)e->data.scalar.value, e->data.scalar.length)
			      : scalar_value(e);
		rc = v && (!json_is_string(v) || strlen(json_string_value(v)) == json_string_length(v))
			     ? 0
			     : refuse(y, at, "not a valid text");
		if (rc < 0)
			json_decref(v);
		else
			v = mark_wrap(y, v, at);
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
		rc = err_set(y->note, ERR_SYNTAX, "%s: empty", y->file);
	if (rc < 0)
		json_decref(root);
	else
		*out = root;
	return rc;
}

static int yaml_file(const char *file, size_t max, bool marked, json_t **out, struct err_note *note)
{
	struct yaml y = {.file = file, .marked = marked, .note = note};
	struct buf text;
	buf_init(&text, max);
	int rc = file_read(AT_FDCWD, file, max, &text);
	if (rc < 0) {
		err_set(note, rc == ERR_LIMIT ? ERR_SYNTAX : ERR_CONFIG, "%s: %s", file, err_text(rc));
		rc = rc == ERR_LIMIT ? ERR_SYNTAX : ERR_CONFIG;
	} else if (!yaml_parser_initialize(&y.parser)) {
		rc = ERR_NOMEM;
	} else {
		yaml_parser_set_input_string(&y.parser, text.p ? text.p : (const uint8_t *)"", text.n);
		rc = document_read(&y, out);
		yaml_parser_delete(&y.parser);
	}
	buf_fini(&text);
	return rc;
}

int config_yaml_json(const char *file, size_t max, json_t **out, struct err_note *note)
{
	return yaml_file(file, max, false, out, note);
}

int config_yaml_marked(const char *file, size_t max, json_t **out, struct err_note *note)
{
	return yaml_file(file, max, true, out, note);
}
