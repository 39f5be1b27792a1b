#include "common/workflow/business.h"

#include "common/config/config.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include "common/workflow/business_impl.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BUSINESSES_MAX 128
#define FILE_MAX (1 << 20)

struct business_set {
	struct business *v[BUSINESSES_MAX];
	size_t n;
	struct fee_table *fees;
};

/* ---- one business from its texts */
static int part_parse(const struct marked *m, const char *text, struct business *b,
	int (*read)(const struct marked *m, const json_t *root, struct business *b))
{
	json_t *root = NULL;
	int rc = config_yaml_marked_text(m->file, view_str(text), &root, m->note);
	if (rc == 0)
		rc = read(m, root, b);
	else if (rc == ERR_SYNTAX && m->note)
		rc = m->note->err = ERR_CONFIG;
	json_decref(root);
	return rc;
}

/* dir: shown before the files' names in messages. */
static int parse(const char *dir, const json_t *texts, struct business **out, struct err_note *note)
{
	static const struct {
		const char *name;
		int (*read)(const struct marked *m, const json_t *root, struct business *b);
	} parts[] = {{"business.yaml", business_read_yaml}, {"form.json", business_read_form}};
	struct business *b = calloc(1, sizeof *b);
	int rc = b && (b->texts = json_deep_copy(texts)) ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		char file[4200];
		snprintf(file, sizeof file, "%s/%s", dir, parts[i].name);
		const struct marked m = {file, note};
		rc = part_parse(&m, json_str(texts, parts[i].name), b, parts[i].read);
	}
	if (rc < 0)
		business_one_free(b);
	else
		*out = b;
	return rc;
}

int business_parse(const json_t *texts, struct business **out, struct err_note *note)
{
	return parse("published", texts, out, note);
}

void business_one_free(struct business *b)
{
	if (!b)
		return;
	business_papers_free(b);
	json_decref(b->form);
	json_decref(b->texts);
	free(b);
}

/* ---- the folder */
static int text_add(json_t *texts, const char *name, const char *path, struct err_note *note)
{
	struct buf text;
	buf_init(&text, FILE_MAX);
	int rc = file_read(AT_FDCWD, path, FILE_MAX, &text);
	if (rc < 0)
		rc = err_set(note, ERR_CONFIG, "%s: %s", path, err_text(rc));
	else if (json_object_set_new(texts, name, json_stringn(text.n ? (const char *)text.p : "", text.n)))
		rc = err_set(note, ERR_CONFIG, "%s: not a text in UTF-8", path);
	buf_fini(&text);
	return rc;
}

/* The drawing is named in the definition, so it is read after it. */
static int process_add(const char *dir, struct business *b, struct err_note *note)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/processes/%s.bpmn", dir, b->process);
	return text_add(b->texts, "process.bpmn", path, note);
}

static int folder_load(const char *dir, const char *name, struct business_set *s, struct err_note *note)
{
	char folder[4200], path[4400];
	struct business *b = NULL;
	json_t *texts = json_object();
	snprintf(folder, sizeof folder, "%s/%s", dir, name);
	snprintf(path, sizeof path, "%s/business.yaml", folder);
	int rc = text_add(texts, "business.yaml", path, note);
	snprintf(path, sizeof path, "%s/form.json", folder);
	if (rc == 0)
		rc = text_add(texts, "form.json", path, note);
	if (rc == 0)
		rc = parse(folder, texts, &b, note);
	json_decref(texts);
	if (rc == 0)
		rc = process_add(dir, b, note);
	if (rc == 0 && strcmp(b->code, name) != 0)
		rc = err_set(note, ERR_CONFIG, "%s/business.yaml: code: not the folder's name", folder);
	if (rc == 0)
		rc = business_fees_check(b, s->fees, note);
	if (rc == 0 && s->n == BUSINESSES_MAX)
		rc = err_set(note, ERR_CONFIG, "%s: more than %d businesses", dir, BUSINESSES_MAX);
	if (rc < 0)
		business_one_free(b);
	else
		s->v[s->n++] = b;
	return rc;
}

static bool is_business(const char *dir, const char *name)
{
	char path[4400];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s/business.yaml", dir, name);
	return name[0] != '.' && stat(path, &st) == 0;
}

static int by_code(const void *a, const void *b)
{
	const struct business *x, *y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return strcmp(x->code, y->code);
}

int business_load(const char *dir, struct business_set **out, struct err_note *note)
{
	struct business_set *s = calloc(1, sizeof *s);
	char fees[4200];
	struct listing l;
	int rc = s ? 0 : ERR_NOMEM, listed = listing_path(dir, &l);
	snprintf(fees, sizeof fees, "%s/fees.yaml", dir);
	if (rc == 0)
		rc = fee_load(fees, &s->fees, note);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));)
		if (is_business(dir, e->d_name))
			rc = folder_load(dir, e->d_name, s, note);
	listed = listing_close(&l, listed);
	if (listed < 0)
		rc = err_set(note, ERR_CONFIG, "%s: cannot be listed: %s", dir, err_text(listed));
	if (rc == 0 && s->n == 0)
		rc = err_set(note, ERR_CONFIG, "%s: no business in it", dir);
	if (rc < 0) {
		business_free(s);
		return rc;
	}
	qsort(s->v, s->n, sizeof s->v[0], by_code);
	*out = s;
	return 0;
}

void business_free(struct business_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		business_one_free(s->v[i]);
	fee_free(s->fees);
	free(s);
}

const struct business *business_find(const struct business_set *s, const char *code)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i]->code, code) == 0)
			return s->v[i];
	return NULL;
}

const struct business *business_at(const struct business_set *s, size_t i)
{
	return i < s->n ? s->v[i] : NULL;
}

const struct fee_table *business_fees(const struct business_set *s)
{
	return s->fees;
}

int business_fees_check(const struct business *b, const struct fee_table *fees, struct err_note *note)
{
	for (size_t i = 0; i < b->nfees; i++)
		if (!fee_known(fees, b->fees[i]))
			return err_set(note, ERR_CONFIG, "business %s: fees: %s is not in fees.yaml", b->code,
				b->fees[i]);
	return 0;
}

const struct business_material *business_material_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nmaterials; i++)
		if (strcmp(b->materials[i].code, code) == 0)
			return &b->materials[i];
	return NULL;
}

bool business_material_takes(const struct business_material *m, const char *media)
{
	static const char *const names[][2] = {{"application/pdf", "pdf"}, {"image/jpeg", "jpeg"},
		{"image/png", "png"}, {"application/ofd", "ofd"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i][0], media) == 0)
			return strstr(m->formats, names[i][1]) != NULL;
	return false;
}

const struct business_role *business_role_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nroles; i++)
		if (strcmp(b->roles[i].code, code) == 0)
			return &b->roles[i];
	return NULL;
}

const struct business_field *business_field_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nfields; i++)
		if (strcmp(b->fields[i].code, code) == 0)
			return &b->fields[i];
	return NULL;
}

const char *business_notice(const struct business *b, const char *event)
{
	for (size_t i = 0; i < b->nnotices; i++)
		if (strcmp(b->notices[i].event, event) == 0)
			return b->notices[i].template;
	return NULL;
}
