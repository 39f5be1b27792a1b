#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/person.h"
#include <stdio.h>
#include <string.h>

static bool same(const struct work_holder *a, const struct work_holder *b)
{
	return person_same(a->id_kind, a->id_number, b->id_kind, b->id_number);
}

static int holder_add(struct entry_work *w, struct work_holders *h, const struct work_holder *one)
{
	for (size_t i = 0; i < h->n; i++)
		if (same(&h->v[i], one))
			return share_add(h->v[i].share, one->share, &h->v[i].share) == 0
				       ? 0
				       : work_block(w, "SHARE-FINE", "");
	if (h->n == WORK_HOLDERS_MAX)
		return work_block(w, "FIELD", "holders");
	h->v[h->n++] = *one;
	return 0;
}

int work_add_parties(struct entry_work *w, struct work_holders *h, const char *role, struct share of)
{
	size_t i;
	const json_t *p;
	json_array_foreach(w->parties, i, p)
	{
		struct work_holder one = {
			json_str(p, "name"), json_str(p, "id_kind"), json_str(p, "id_number"), {0, 1}};
		if (strcmp(json_str(p, "role"), role) != 0)
			continue;
		if (share_make(json_int(p, "share_num"), json_int(p, "share_den"), &one.share) < 0 ||
			share_mul(one.share, of, &one.share) < 0)
			return work_block(w, "SHARE-FINE", "");
		int rc = holder_add(w, h, &one);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int work_add_holder(struct entry_work *w, struct work_holders *h, const json_t *row)
{
	struct work_holder one = {
		json_str(row, "qlrmc"), json_str(row, "zjzl"), json_str(row, "zjh"), {0, 1}};
	if (share_make(json_int(row, "qlbl_fz"), json_int(row, "qlbl_fm"), &one.share) < 0)
		return work_block(w, "SHARE-FINE", "");
	return holder_add(w, h, &one);
}

int work_need_once(struct entry_work *w, const struct work_holders *h)
{
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < i; k++)
			if (same(&h->v[i], &h->v[k]))
				return work_block(w, "PERSON-TWICE", "");
	return 0;
}

/* 权利人类型 by the kind of document: a licence is an enterprise's. */
static const char *holder_kind(const char *id_kind)
{
	if (strcmp(id_kind, "7") == 0)
		return "2";
	return strcmp(id_kind, "6") == 0 ? "99" : "1";
}

static json_t *holder_row(const struct work_holders *h, size_t i, const char *table, const char *unit,
	int64_t right_row, int64_t num, int64_t den)
{
	const struct work_holder *one = &h->v[i];
	char share[48] = "";
	if (h->n > 1 && !h->joint)
		snprintf(share, sizeof share, "%lld/%lld", (long long)one->share.num,
			(long long)one->share.den);
	return json_pack("{s:s,s:s,s:I,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:n}", "bdcdyh", unit, "qltb",
		table, "qlbsm", (json_int_t)right_row, "sxh", (int)i + 1, "qlrmc", one->name, "zjzl",
		one->id_kind, "zjh", one->id_number, "qlrlx", holder_kind(one->id_kind), "gyfs",
		h->n == 1  ? "0"
		: h->joint ? "1"
			   : "2",
		"qlbl", share, "qlbl_fz", (json_int_t)num, "qlbl_fm", (json_int_t)den, "ssbsm");
}

int work_write_holders(struct entry_work *w, const struct work_holders *h, const char *table,
	const char *unit, int64_t right_row)
{
	struct share shares[WORK_HOLDERS_MAX];
	int64_t nums[WORK_HOLDERS_MAX], den = 0, sum = 0;
	bool joint = h->joint && h->n > 1;
	for (size_t i = 0; i < h->n; i++)
		shares[i] = joint ? (struct share){1, (int64_t)h->n} : h->v[i].share;
	if (h->n == 0 || share_common(shares, h->n, nums, &den) < 0)
		return work_block(w, "SHARE-FINE", "");
	for (size_t i = 0; i < h->n; i++)
		sum += nums[i];
	if (sum != den)
		return work_block(w, "SHARE", "");
	for (size_t i = 0; i < h->n; i++)
		plan_insert(w->plan, "qlr", holder_row(h, i, table, unit, right_row, nums[i], den),
			ENTRY_NO_PAPER);
	return w->plan->failed;
}

json_t *work_right(const struct entry_work *w, const char *unit, const char *table, int right_type)
{
	char type[8], registration[8];
	snprintf(type, sizeof type, "%d", right_type);
	snprintf(registration, sizeof registration, "%d", w->in->kind->registration_type);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:n}", "bdcdyh", unit, "qllx", type, "djlx",
		registration, "djyy", work_ground(w), "fj", work_field(w, "remark"), "dbr", PLAN_WHO, "djsj",
		PLAN_AT, right_paper_column(table), "", "ssbsm");
}

void work_end_in(
	struct entry_work *w, const json_t *rows, const char *table, const json_t *row, const char *ground)
{
	json_t *holders = right_holders(rows, json_int(row, "bsm"));
	size_t i;
	const json_t *h;
	json_array_foreach(holders, i, h) plan_end(w->plan, "qlr", h);
	if (ground)
		plan_cancel(
			w->plan, table, row, ground, work_field(w, "court"), work_field(w, "document_no"));
	else
		plan_end(w->plan, table, row);
	json_decref(holders);
}

void work_end(struct entry_work *w, const char *table, const json_t *row, const char *ground)
{
	work_end_in(w, w->in->rows, table, row, ground);
}

int work_renew_row(struct entry_work *w, const char *table, const json_t *old, json_t *changes,
	const struct work_holders *h, enum entry_paper paper)
{
	struct work_holders same = {.n = 0};
	json_t *row = plan_row_after(old), *holders = right_holders(w->in->rows, json_int(old, "bsm"));
	char registration[8];
	size_t i;
	const json_t *one;
	int rc = row ? 0 : ERR_NOMEM;
	snprintf(registration, sizeof registration, "%d", w->in->kind->registration_type);
	if (rc == 0 && (json_object_set_new(row, "djlx", json_string(registration)) ||
			       json_object_set_new(row, "djyy", json_string(work_ground(w))) ||
			       (changes && json_object_update(row, changes))))
		rc = ERR_NOMEM;
	same.joint = strcmp(json_str(json_array_get(holders, 0), "gyfs"), "1") == 0;
	json_array_foreach(holders, i, one)
	{
		if (rc == 0 && !h)
			rc = work_add_holder(w, &same, one);
	}
	if (rc == 0) {
		work_end(w, table, old, NULL);
		int64_t at = plan_insert(w->plan, table, json_incref(row), paper);
		rc = work_write_holders(w, h ? h : &same, table, json_str(old, "bdcdyh"), at);
	}
	json_decref(row);
	json_decref(holders);
	json_decref(changes);
	return rc;
}

int work_renew(struct entry_work *w, const struct work_holders *h, json_t *changes)
{
	return work_renew_row(w, w->owner->table, w->right, changes, h, ENTRY_TITLE);
}

void work_fulfil(struct entry_work *w, const char *first_kind, const char *last_kind)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "ygdj"), i, row)
	{
		const char *kind = json_str(row, "ygdjzl");
		if (strcmp(kind, first_kind) >= 0 && strcmp(kind, last_kind) <= 0 &&
			block_same_persons(
				w->in->form, w->in->b->holder_role, w->in->rows, json_int(row, "bsm")))
			work_end(w, "ygdj", row, "预告登记转为本登记");
	}
}
