/* 转移登记: the ownership or a share of it goes to others. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/person.h"
#include <string.h>

static const struct share one = {1, 1}, none = {0, 1};

static bool is_joint(const struct entry_work *w)
{
	return strcmp(json_str(json_array_get(w->holders, 0), "gyfs"), "1") == 0;
}

static int share_of(const json_t *holder, struct share *out)
{
	return share_make(json_int(holder, "qlbl_fz"), json_int(holder, "qlbl_fm"), out);
}

/* What the transferors give away of the whole, by holder: the sum of their parties' shares. */
static int given_by(const struct entry_work *w, const json_t *holder, struct share *out)
{
	size_t i;
	const json_t *p;
	struct share s;
	*out = none;
	json_array_foreach(w->parties, i, p)
	{
		if (strcmp(json_str(p, "role"), w->in->b->ended_role) != 0 || !person_holds(p, holder))
			continue;
		int rc = share_make(json_int(p, "share_num"), json_int(p, "share_den"), &s);
		if (rc == 0)
			rc = share_add(*out, s, out);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Everybody keeps what is not given away; the acquirers share in what is. */
static int by_shares(struct entry_work *w, struct work_holders *h)
{
	struct share given = none;
	size_t i;
	const json_t *row;
	int rc = work_need_among(w, w->in->b->ended_role, w->holders);
	if (rc < 0)
		return rc;
	json_array_foreach(w->holders, i, row)
	{
		struct share own, gone, left;
		if (share_of(row, &own) < 0 || given_by(w, row, &gone) < 0 ||
			share_sub(own, gone, &left) < 0 || share_add(given, gone, &given) < 0)
			return work_block(w, "SHARE", json_str(row, "sxh"));
		if (left.num == 0)
			continue;
		rc = work_add_holder(w, h, row);
		if (rc < 0)
			return rc;
		h->v[h->n - 1].share = left;
	}
	h->joint &= share_compare(given, one) == 0;
	return work_add_parties(w, h, w->in->b->holder_role, given);
}

/* Nobody sells to himself. */
static int both_sides(struct entry_work *w)
{
	size_t i, k;
	const json_t *p, *q;
	json_array_foreach(w->parties, i, p)
	{
		json_array_foreach(w->parties, k, q)
		{
			if (strcmp(json_str(p, "role"), w->in->b->ended_role) == 0 &&
				strcmp(json_str(q, "role"), w->in->b->holder_role) == 0 &&
				person_same_parties(p, q))
				return work_block(w, "PERSON-TWICE", "");
		}
	}
	return 0;
}

static int sale_shares(struct entry_work *w, struct work_holders *h)
{
	bool share = strcmp(work_field(w, "scope"), "share") == 0;
	bool whole = strcmp(work_field(w, "scope"), "whole") == 0;
	if (is_joint(w) && share)
		return work_block(w, "JOINT-SHARE", w->unit);
	if (!is_joint(w) && !whole)
		return by_shares(w, h);
	int rc = work_need_disposers(w, w->in->b->ended_role, w->holders);
	return rc < 0 ? rc : work_add_parties(w, h, w->in->b->holder_role, one);
}

static int sale_holders(struct entry_work *w, struct work_holders *h)
{
	int rc = sale_shares(w, h);
	return rc == 0 ? both_sides(w) : rc;
}

static bool is_owner(const struct entry_work *w, const json_t *party)
{
	size_t i;
	const json_t *h;
	json_array_foreach(w->holders, i, h)
	{
		if (person_holds(party, h))
			return true;
	}
	return false;
}

/* 共有物分割: among the co-owners, all of whom apply. */
static int division_holders(struct entry_work *w, struct work_holders *h)
{
	size_t i;
	const json_t *p;
	if (!block_same_persons(w->in->form, w->in->b->ended_role, w->in->rows, json_int(w->right, "bsm")))
		return work_block(w, "CO-OWNERS", w->unit);
	json_array_foreach(w->parties, i, p)
	{
		if (strcmp(json_str(p, "role"), w->in->b->holder_role) == 0 && !is_owner(w, p))
			return work_block(w, "NOT-HOLDER", w->unit);
	}
	return work_add_parties(w, h, w->in->b->holder_role, one);
}

/* Those who stay, with their shares; of a joint ownership `estate` is taken out and the rest is theirs in
 * equal parts. */
static int others_stay(
	struct entry_work *w, struct work_holders *h, const json_t *gone, bool joint, struct share estate)
{
	size_t i, n = json_array_size(w->holders);
	const json_t *row;
	struct share rest, each;
	json_array_foreach(w->holders, i, row)
	{
		if (row == gone)
			continue;
		int rc = work_add_holder(w, h, row);
		if (rc < 0)
			return rc;
		if (!joint)
			continue;
		if (share_sub(one, estate, &rest) < 0 || rest.num == 0 ||
			share_make(rest.num, rest.den * (int64_t)(n - 1), &each) < 0)
			return work_block(w, "SHARE", "");
		h->v[h->n - 1].share = each;
	}
	return 0;
}

static int inheritance_holders(struct entry_work *w, struct work_holders *h)
{
	const json_t *dead = person_by_number(w->holders, work_field(w, "deceased_id"));
	struct share estate;
	bool joint = is_joint(w) && json_array_size(w->holders) > 1;
	if (!dead || share_of(dead, &estate) < 0)
		return work_block(w, "NOT-HOLDER", "");
	if (joint && share_make(work_int(w, "estate_num"), work_int(w, "estate_den"), &estate) < 0)
		return work_block(w, "SHARE", "estate");
	h->joint &= json_array_size(w->holders) == 1;
	int rc = others_stay(w, h, dead, joint, estate);
	return rc < 0 ? rc : work_add_parties(w, h, w->in->b->holder_role, estate);
}

/* What the court disposed of is free of its seizure, and the queue behind it falls. */
static void seizures_end(struct entry_work *w)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "cfdj"), i, row)
	{
		bool queued =
			strcmp(json_str(row, "cflx"), "2") == 0 || strcmp(json_str(row, "cflx"), "4") == 0;
		plan_cancel(w->plan, "cfdj", row, queued ? "首封法院处分,轮候查封失效" : "法院处分,查封解除",
			work_field(w, "court"), work_field(w, "document_no"));
	}
}

static int court_holders(struct entry_work *w, struct work_holders *h)
{
	const char *number = work_field(w, "debtor_id");
	const json_t *debtor = person_by_number(w->holders, number);
	struct share taken;
	int rc;
	if (!*number)
		return work_add_parties(w, h, w->in->b->holder_role, one);
	if (!debtor || share_of(debtor, &taken) < 0)
		return work_block(w, "NOT-HOLDER", "");
	if (is_joint(w) && json_array_size(w->holders) > 1)
		return work_block(w, "JOINT-SHARE", "");
	h->joint &= json_array_size(w->holders) == 1;
	rc = others_stay(w, h, debtor, false, none);
	return rc < 0 ? rc : work_add_parties(w, h, w->in->b->holder_role, taken);
}

int entry_transfer_plan(struct entry_work *w)
{
	const char *variant = w->in->kind->variant;
	struct work_holders h = {.n = 0, .joint = strcmp(work_field(w, "co_ownership"), "1") == 0};
	int rc = work_need_right(w);
	if (rc < 0)
		return rc;
	if (strcmp(variant, "division") == 0)
		rc = division_holders(w, &h);
	else if (strcmp(variant, "inheritance") == 0)
		rc = inheritance_holders(w, &h);
	else if (strcmp(variant, "court") == 0)
		rc = court_holders(w, &h);
	else
		rc = sale_holders(w, &h);
	if (rc < 0)
		return rc;
	json_t *changes = json_pack("{s:s}", "fj", work_field(w, "remark"));
	if (w->owner->price)
		json_object_set_new(changes, w->owner->price, json_integer(work_int(w, "price_cents")));
	rc = work_renew(w, &h, changes);
	if (rc == 0 && strcmp(variant, "court") == 0)
		seizures_end(w);
	if (rc == 0)
		work_fulfil(w, "1", "2");
	return rc;
}
