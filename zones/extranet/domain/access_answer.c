/* What comes back: XML from outside, read with the project's libxml2 rules (no document type, no network). */
#include "common/workflow/bpmn_xml.h"
#include "zones/extranet/domain/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 65536

static bool is_element(const xmlNode *e, const char *name)
{
	return e->type == XML_ELEMENT_NODE && strcmp((const char *)e->name, name) == 0;
}

/* Text of the one child of that name, cut of white space. "" when absent and not needed. */
static int child_text(
	const xmlNode *root, const char *name, bool needed, size_t max, char *out, struct err_note *note)
{
	const xmlNode *found = NULL;
	for (const xmlNode *e = root->children; e; e = e->next) {
		if (!is_element(e, name))
			continue;
		if (found)
			return err_set(note, ERR_SCHEMA, "%s: stands twice", name);
		found = e;
	}
	out[0] = '\0';
	if (!found)
		return needed ? err_set(note, ERR_SCHEMA, "%s: missing", name) : 0;
	char *text = bpmn_xml_text(found);
	int rc = 0;
	if (text && strlen(text) > max)
		rc = err_set(note, ERR_LIMIT, "%s: at most %zu bytes", name, max);
	else if (text)
		memcpy(out, text, strlen(text) + 1);
	if (rc == 0 && needed && !out[0])
		rc = err_set(note, ERR_SCHEMA, "%s: empty", name);
	free(text);
	return rc;
}

static bool id_ok(const char *id)
{
	size_t n = strspn(id, "0123456789");
	return id[n] == '\0' && (n == ACCESS_ID - 1 || n == 14);
}

int access_answer_read(struct view text, struct access_answer *out, struct err_note *note)
{
	struct access_answer a = {.accepted = false};
	char flag[8] = "";
	xmlDocPtr d = NULL;
	if (text.n > ANSWER_MAX)
		return err_set(note, ERR_LIMIT, "%zu bytes, at most %d", text.n, ANSWER_MAX);
	int rc = bpmn_xml_parse(text, &d, note);
	if (rc < 0)
		return rc;
	const xmlNode *root = xmlDocGetRootElement(d);
	if (!root || !is_element(root, "respond"))
		rc = err_set(note, ERR_SCHEMA, "root: respond is wanted");
	if (rc == 0)
		rc = child_text(root, "BizMsgID", true, sizeof a.id - 1, a.id, note);
	if (rc == 0 && !id_ok(a.id))
		rc = err_set(note, ERR_SCHEMA, "BizMsgID: 18 digits of a message or 14 of a daily log");
	if (rc == 0)
		rc = child_text(root, "SuccessFlag", true, sizeof flag - 1, flag, note);
	if (rc == 0 && strcmp(flag, "0") != 0 && strcmp(flag, "1") != 0)
		rc = err_set(note, ERR_SCHEMA, "SuccessFlag: 0 or 1");
	a.accepted = flag[0] == '1';
	if (rc == 0)
		rc = child_text(root, "ResponseCode", !a.accepted, sizeof a.code - 1, a.code, note);
	if (rc == 0)
		rc = child_text(root, "ResponseInfo", false, sizeof a.text - 1, a.text, note);
	xmlFreeDoc(d);
	if (rc == 0)
		*out = a;
	return rc;
}

int access_message_read(struct view text, json_t **out, struct err_note *note)
{
	xmlDocPtr d = NULL;
	int rc = bpmn_xml_parse(text, &d, note);
	if (rc < 0)
		return rc;
	json_t *o = json_object();
	const xmlNode *root = xmlDocGetRootElement(d);
	int rows = 0;
	if (!root || !is_element(root, "Message"))
		rc = err_set(note, ERR_SCHEMA, "root: Message is wanted");
	for (const xmlNode *part = root ? root->children : NULL; rc == 0 && part; part = part->next) {
		for (const xmlNode *e = part->children; e; e = e->next) {
			if (e->type != XML_ELEMENT_NODE)
				continue;
			rows += is_element(part, "Data");
			char *value = is_element(part, "Head") ? bpmn_xml_text(e) : NULL;
			if (value)
				json_object_set_new(o, (const char *)e->name, json_string(value));
			free(value);
		}
	}
	json_object_set_new(o, "rows", json_integer(rows));
	xmlFreeDoc(d);
	if (rc == 0)
		*out = o;
	else
		json_decref(o);
	return rc;
}
