#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/person.h"
#include <stdio.h>
#include <string.h>

int work_block(struct entry_work *w, const char *reason, const char *what)
{
	block_find(w->findings, reason, what);
	return ERR_BLOCKED;
}

const char *work_field(const struct entry_work *w, const char *code)
{
	return json_str(w->fields, code);
}

int64_t work_int(const struct entry_work *w, const char *code)
{
	return json_int(w->fields, code);
}

const char *work_ground(const struct entry_work *w)
{
	const char *reason = work_field(w, "reason");
	if (*reason)
		return reason;
	return w->in->b->ground[0] ? w->in->b->ground : w->in->b->zh;
}

static bool in_role(const json_t *p, const char *role)
{
	return strcmp(json_str(p, "role"), role) == 0;
}

static bool same_person(const json_t *party, const json_t *holder)
{
	return person_holds(party, holder) && strcmp(json_str(party, "name"), json_str(holder, "qlrmc")) == 0;
}

size_t work_count(const struct entry_work *w, const char *role)
{
	size_t n = 0, i;
	const json_t *p;
	json_array_foreach(w->parties, i, p) n += in_role(p, role);
	return n;
}

int work_names(const struct entry_work *w, const char *role, struct buf *out)
{
	size_t i, n = 0;
	const json_t *p;
	int rc = buf_add_str(out, "");
	json_array_foreach(w->parties, i, p)
	{
		if (rc == 0 && in_role(p, role))
			rc = buf_addf(out, "%s%s", n++ ? "、" : "", json_str(p, "name"));
	}
	return rc;
}

int work_need_right(struct entry_work *w)
{
	return w->right ? 0 : work_block(w, "NO-RIGHT", w->unit);
}

static const json_t *holder_of(const json_t *holders, const json_t *party)
{
	size_t i;
	const json_t *h;
	json_array_foreach(holders, i, h)
	{
		if (same_person(party, h))
			return h;
	}
	return NULL;
}

int work_need_among(struct entry_work *w, const char *role, const json_t *holders)
{
	size_t i;
	const json_t *p;
	json_array_foreach(w->parties, i, p)
	{
		if (in_role(p, role) && !holder_of(holders, p))
			return work_block(w, "NOT-HOLDER", w->unit);
	}
	return work_count(w, role) ? 0 : work_block(w, "NOT-HOLDER", w->unit);
}

int work_need_disposers(struct entry_work *w, const char *role, const json_t *holders)
{
	static const struct share two_thirds = {2, 3};
	struct share sum = {0, 1}, one;
	size_t i, n = 0;
	const json_t *p, *h;
	int rc = work_need_among(w, role, holders);
	json_array_foreach(w->parties, i, p)
	{
		if (rc < 0 || !in_role(p, role))
			continue;
		h = holder_of(holders, p);
		n++;
		rc = share_make(json_int(h, "qlbl_fz"), json_int(h, "qlbl_fm"), &one);
		if (rc == 0)
			rc = share_add(sum, one, &sum);
	}
	if (rc < 0)
		return rc;
	bool by_share = strcmp(json_str(json_array_get(holders, 0), "gyfs"), "2") == 0;
	if (n == json_array_size(holders) || (by_share && share_compare(sum, two_thirds) >= 0))
		return 0;
	return work_block(w, "CO-OWNERS", w->unit);
}

int work_need_signers(struct entry_work *w, int64_t right_row)
{
	json_t *holders = right_holders(w->in->rows, right_row);
	size_t i;
	const json_t *h;
	int rc = json_array_size(holders) ? 0 : work_block(w, "NOT-HOLDER", "");
	json_array_foreach(holders, i, h)
	{
		if (rc == 0 && !block_signs(w->in->b, w->in->form, h))
			rc = work_block(w, "NOT-HOLDER", "");
	}
	json_decref(holders);
	return rc;
}

int work_by_proof(struct entry_work *w, const char *table, const char *code, const json_t **out)
{
	const char *number = work_field(w, code);
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, table), i, row)
	{
		if (*number && strcmp(json_str(row, "bdcdjzmh"), number) == 0) {
			*out = row;
			return 0;
		}
	}
	return work_block(w, "PROOF", number);
}

int work_need_dates(struct entry_work *w, const char *from, const char *to)
{
	int64_t a, b;
	if (day_number(from, &a) < 0 || day_number(to, &b) < 0 || a > b)
		return work_block(w, "DATES", from);
	return 0;
}
