#include "common/workflow/agent.h"

#include "common/message/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const json_t *agent_of(const json_t *party)
{
	const json_t *a = json_object_get(party, "agent");
	return json_is_object(a) ? a : NULL;
}

bool agent_is(const json_t *party, const char *kind)
{
	return strcmp(json_str(agent_of(party), "kind"), kind) == 0;
}

const json_t *agent_signer(const json_t *party)
{
	const json_t *a = agent_of(party);
	return a ? a : party;
}

const char *agent_title(const json_t *party)
{
	return agent_is(party, AGENT_GUARDIAN) ? "监护人" : agent_of(party) ? "代理人" : "";
}

bool agent_power_seen(const json_t *form)
{
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(form, "parties"), i,
		p) if (agent_is(p, AGENT_POWER) && *json_str(agent_of(p), "paper")) return true;
	return false;
}

bool agent_guards(const json_t *form)
{
	size_t i;
	const json_t *p;
	json_array_foreach(
		json_object_get(form, "parties"), i, p) if (agent_is(p, AGENT_GUARDIAN)) return true;
	return false;
}

bool agent_minor(const char *number, const char *day)
{
	char born[9], today[9];
	if (strlen(number) != AGENT_NUMBERS_MAX || strlen(day) != 10)
		return false;
	snprintf(born, sizeof born, "%.8s", number + 6);
	snprintf(today, sizeof today, "%.4s%.2s%.2s", day, day + 5, day + 8);
	return strtol(born, NULL, 10) + 180000 > strtol(today, NULL, 10);
}

int agent_check(const json_t *agent, struct err_note *note)
{
	static const char *const keys[] = {"kind", "name", "id_kind", "id_number", NULL};
	const char *kind = NULL, *text = NULL;
	int rc = json_only_keys(agent, keys, note);
	if (rc == 0)
		rc = json_get_str(agent, "kind", 15, &kind, note);
	if (rc == 0 && strcmp(kind, AGENT_POWER) != 0 && strcmp(kind, AGENT_GUARDIAN) != 0)
		rc = err_set(note, ERR_SCHEMA, "agent.kind: power or guardian");
	if (rc == 0)
		rc = json_get_str(agent, "name", 90, &text, note);
	if (rc == 0)
		rc = json_get_str(agent, "id_number", 30, &text, note);
	return rc == 0 && strcmp(json_str(agent, "id_kind"), "1") != 0
		       ? err_set(note, ERR_SCHEMA, "agent.id_kind: 1")
		       : rc;
}

struct looking {
	const struct business *b;
	const char *day;
	json_t *findings;
	struct err_note *note;
	size_t n;
};

static void find(struct looking *l, size_t party, const char *zh, const char *en)
{
	char key[48];
	snprintf(key, sizeof key, "parties[%zu]", party);
	if (l->n++ == 0)
		err_set(l->note, ERR_SCHEMA, "%s: %s (%s)", key, en, zh);
	if (l->findings)
		json_array_append_new(
			l->findings, json_pack("{s:s,s:s,s:s}", "key", key, "zh", zh, "en", en));
}

static bool guardians_taken(const struct business *b)
{
	for (size_t i = 0; i < b->nmaterials; i++)
		if (b->materials[i].when_guardian)
			return true;
	return false;
}

static void guardian_check(struct looking *l, size_t n, const json_t *p, bool minor)
{
	if (!minor)
		find(l, n, "监护人只能代未成年人在网上申请；成年被监护人请到窗口办理",
			"online a guardian acts for a minor only; for an adult come to the window");
	else if (agent_minor(json_str(agent_of(p), "id_number"), l->day))
		find(l, n, "监护人应为成年人", "the guardian must be of age");
	else if (!guardians_taken(l->b))
		find(l, n, "本业务不能由监护人在网上申请，请到窗口办理",
			"this business is not taken from guardians online: come to the window");
}

static void party_look(struct looking *l, size_t n, const json_t *p)
{
	const struct business_role *role = business_role_find(l->b, json_str(p, "role"));
	const json_t *a = agent_of(p);
	bool person = strcmp(json_str(p, "id_kind"), "1") == 0,
	     minor = person && agent_minor(json_str(p, "id_number"), l->day);
	if (a && (agent_check(a, NULL) < 0 || !*json_str(a, "name") ||
			 !format_resident_id(json_str(a, "id_number"))))
		find(l, n, "代理人或监护人的姓名、身份证号不正确",
			"name or identity number of the agent or guardian is not right");
	else if (a && strcmp(json_str(a, "id_number"), json_str(p, "id_number")) == 0)
		find(l, n, "代理人或监护人不能是当事人本人", "nobody is an agent or guardian of himself");
	else if (agent_is(p, AGENT_GUARDIAN))
		guardian_check(l, n, p, minor);
	else if (minor && role && role->signs)
		find(l, n, "未满十八周岁，应由监护人代为申请", "under eighteen: the guardian applies");
	else if (!person && !a && role && role->signs)
		find(l, n, "单位应由法定代表人或经授权的代理人申请",
			"an organisation acts by its representative or an agent with a power of attorney");
}

int agent_check_form(const struct business *b, const json_t *form, const char *day, json_t *findings,
	struct err_note *note)
{
	struct looking l = {b, day, findings, note, 0};
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(form, "parties"), i, p) party_look(&l, i, p);
	return l.n ? ERR_SCHEMA : 0;
}
