#include "zones/extranet/domain/window_agent.h"

#include "common/message/format.h"
#include "common/workflow/agent.h"
#include <string.h>

struct given {
	const char *kind, *name, *number, *paper, *until;
};

static int given_read(const json_t *agent, struct given *g, struct err_note *note)
{
	static const char *const keys[] = {"kind", "name", "id_number", "paper", "until", NULL};
	int rc = json_only_keys(agent, keys, note);
	if (rc == 0)
		rc = json_get_str(agent, "kind", 15, &g->kind, note);
	if (rc == 0)
		rc = json_get_str(agent, "name", 90, &g->name, note);
	if (rc == 0)
		rc = json_get_str(agent, "id_number", 18, &g->number, note);
	if (rc == 0)
		rc = json_get_str(agent, "paper", 120, &g->paper, note);
	return rc == 0 ? json_get_str(agent, "until", 10, &g->until, note) : rc;
}

static int power_judge(const struct given *g, const char *day, struct err_note *note)
{
	if (*g->until && !format_date(g->until))
		return err_set(note, ERR_SCHEMA, "agent.until: not a date YYYY-MM-DD");
	if (*g->until && strcmp(g->until, day) < 0)
		return err_set(note, ERR_SCHEMA, "agent.until: the power of attorney has ended (委托已过期)");
	return 0;
}

static int guardian_judge(const struct given *g, const json_t *party, struct err_note *note)
{
	if (strcmp(json_str(party, "id_kind"), "1") != 0)
		return err_set(note, ERR_SCHEMA, "agent.kind: a guardian acts for a person (单位没有监护人)");
	return *g->until ? err_set(note, ERR_SCHEMA, "agent.until: of a power of attorney only") : 0;
}

static int judge(const struct given *g, const json_t *party, const char *day, struct err_note *note)
{
	bool power = strcmp(g->kind, AGENT_POWER) == 0;
	if (!power && strcmp(g->kind, AGENT_GUARDIAN) != 0)
		return err_set(note, ERR_SCHEMA, "agent.kind: power or guardian");
	if (!*g->name)
		return err_set(note, ERR_SCHEMA, "agent.name: must not be empty");
	if (!format_resident_id(g->number))
		return err_set(note, ERR_SCHEMA, "agent.id_number: no resident identity number");
	if (strcmp(g->number, json_str(party, "id_number")) == 0)
		return err_set(note, ERR_SCHEMA, "agent: nobody acts for himself (代理人不能是本人)");
	if (agent_minor(g->number, day))
		return err_set(note, ERR_SCHEMA, "agent: must be of age (代理人、监护人应为成年人)");
	if (!*g->paper)
		return err_set(note, ERR_SCHEMA,
			"agent.paper: by which power of attorney or proof (缺委托书或监护证明编号)");
	return power ? power_judge(g, day, note) : guardian_judge(g, party, note);
}

int window_agent_check(
	const json_t *agent, const json_t *party, const char *day, json_t **out, struct err_note *note)
{
	struct given g = {NULL, NULL, NULL, NULL, NULL};
	int rc = given_read(agent, &g, note);
	if (rc == 0)
		rc = judge(&g, party, day, note);
	if (rc == 0 && !(*out = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "kind", g.kind, "name", g.name,
				 "id_kind", "1", "id_number", g.number, "paper", g.paper, "until", g.until)))
		rc = ERR_NOMEM;
	return rc;
}
