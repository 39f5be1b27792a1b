#include "zones/extranet/transfer/archive_page.h"

#include "common/workflow/agent.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/archive_html.h"
#include <stdio.h>
#include <string.h>

#define TEXT ARCHIVE_HTML_TEXT
#define WORD ARCHIVE_HTML_WORD
#define INSTANT ARCHIVE_HTML_INSTANT
#define MONEY ARCHIVE_HTML_MONEY
#define LINK ARCHIVE_HTML_FILE
#define END                                                                                                  \
	{                                                                                                    \
		NULL, NULL, TEXT                                                                             \
	}

static const json_t *of(const struct archive_page_parts *p, const char *key)
{
	return json_object_get(p->a->file, key);
}

static int head(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column rows[] = {{"number", "业务号 Case number", TEXT},
		{"business_zh", "业务 Business", TEXT}, {"business_en", "（英文） in English", TEXT},
		{"state_zh", "结果 Outcome", TEXT}, {"state_en", "（英文） in English", TEXT},
		{"unit_code", "不动产单元号 Unit code", TEXT}, {"location", "坐落 Location", TEXT},
		{"channel", "收件渠道 Came by", WORD}, {"received", "收件 Received", INSTANT},
		{"deadline", "期限 Term", TEXT}, {"note", "说明 Note", TEXT},
		{"office", "登记机构 Office", TEXT}, END};
	int rc = buf_add_str(out,
		"<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
		"<title>不动产登记档案 Archived case</title>\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		"'unsafe-inline'\">\n<style>body{font:16px/1.5 serif;max-width:64em;margin:2em "
		"auto;padding:0 1em}table{border-collapse:collapse;width:100%;margin:.3em "
		"0}th,td{border:1px solid #888;padding:.2em .5em;text-align:left;vertical-align:top;"
		"overflow-wrap:anywhere}.facts th{width:16em}pre{white-space:pre-wrap;overflow-wrap:"
		"anywhere}h2{border-bottom:2px solid #444}</style></head><body>\n"
		"<h1>不动产登记档案 Archived case</h1>\n<p>时间均为北京时间（UTC+8）。 Times are China "
		"Standard "
		"Time (UTC+8).</p>\n");
	return rc == 0 ? archive_html_facts(out, p->a->file, rows) : rc;
}

/* ---- what was applied for */

static const char *role_words(const struct business *b, const char *code)
{
	const struct business_role *r = b ? business_role_find(b, code) : NULL;
	return r ? r->zh : code;
}

static int field_put(struct buf *out, const struct business_field *f, const json_t *v)
{
	const json_t *one;
	char label[200];
	size_t i;
	snprintf(label, sizeof label, "%s %s", f->zh, f->en);
	json_array_foreach(f->values, i,
		one) if (json_equal(json_object_get(one, "value"), v)) return archive_html_fact(out, label,
		json_object_get(one, "label"), TEXT);
	return archive_html_fact(out, label, v,
		strcmp(f->type, "money") == 0  ? MONEY
		: strcmp(f->type, "area") == 0 ? ARCHIVE_HTML_AREA
					       : TEXT);
}

static int form(const struct archive_page_parts *p, const struct business *b, struct buf *out)
{
	json_t *text = NULL;
	int rc = json_parse(buf_view(&p->a->form), p->a->form.n, &text, NULL);
	const json_t *fields = json_object_get(text, "fields");
	if (rc == 0)
		rc = archive_html_cell(out, "h2", "申请书 The form");
	if (rc == 0)
		rc = buf_add_str(
			out, "<p><a href=\"form.json\">form.json</a></p>\n<table class=\"facts\">\n");
	for (size_t i = 0; b && rc == 0 && i < b->nfields; i++)
		rc = field_put(out, &b->fields[i], json_object_get(fields, b->fields[i].code));
	if (rc == 0)
		rc = archive_html_fact(out, "声明 Statement", json_object_get(text, "statement"), TEXT);
	json_decref(text);
	return rc == 0 ? buf_add_str(out, "</table>\n") : rc;
}

/* Who signed for a party of the form; "" itself. New reference. */
static json_t *agent_words(const json_t *party)
{
	const json_t *a = agent_of(party);
	return !a ? json_string("")
		  : json_sprintf("%s %s %s%s%s", agent_title(party), json_str(a, "name"),
			    json_str(a, "id_number"), *json_str(a, "paper") ? " " : "", json_str(a, "paper"));
}

static int parties(const struct archive_page_parts *p, const struct business *b, struct buf *out)
{
	static const struct archive_html_column columns[] = {{"role_words", "身份 Role", TEXT},
		{"name", "姓名 Name", TEXT}, {"id_words", "证件种类 Kind of paper", TEXT},
		{"id_number", "证件号 Number", TEXT}, {"share", "份额 Share", TEXT},
		{"agent", "代理人、监护人 Agent or guardian", TEXT}, {"signed_at", "签署 Signed", INSTANT},
		{"certificate", "证书摘要 Certificate", TEXT}, END};
	static const struct archive_html_column signatures[] = {{"party", "当事人序号 Party", TEXT},
		{"at", "收到 Received", INSTANT}, {"file", "文件 File", LINK}, END};
	json_t *list = json_deep_copy(of(p, "parties")), *form = NULL, *one;
	size_t i;
	int rc = json_parse(buf_view(&p->a->form), p->a->form.n, &form, NULL);
	json_array_foreach(list, i, one)
	{
		json_object_set_new(
			one, "agent", agent_words(json_array_get(json_object_get(form, "parties"), i)));
		json_object_set_new(one, "role_words", json_string(role_words(b, json_str(one, "role"))));
		json_object_set_new(one, "id_words", json_string(codes_zh("zjzl", json_str(one, "id_kind"))));
		json_object_set_new(one, "share",
			json_sprintf("%lld/%lld", (long long)json_int(one, "share_num"),
				(long long)json_int(one, "share_den")));
	}
	if (rc == 0)
		rc = archive_html_table(out, "当事人 Parties", list, columns);
	json_decref(list);
	json_decref(form);
	list = json_array();
	json_array_foreach(p->a->signatures, i, one) json_array_append_new(list,
		json_pack("{s:I,s:O,s:o}", "party", (json_int_t)json_int(one, "party") + 1, "at",
			json_object_get(one, "at"), "file", json_sprintf("parties/%02zu.token.json", i + 1)));
	if (rc == 0)
		rc = archive_html_table(out, "电子签名 Signatures of the parties", list, signatures);
	json_decref(list);
	return rc;
}

static const char *material_words(const struct business *b, const char *code)
{
	const struct business_material *m = b ? business_material_find(b, code) : NULL;
	return m ? m->zh : strcmp(code, AGENT_POWER_MATERIAL) == 0 ? "授权委托书" : code;
}

static int handed_in(const struct archive_page_parts *p, const struct business *b, struct buf *out)
{
	static const struct archive_html_column materials[] = {{"name", "名称 Name", TEXT},
		{"kind_words", "种类 Kind", TEXT}, {"size", "字节 Bytes", TEXT},
		{"added", "后补 Added", INSTANT}, {"note", "说明 Note", TEXT},
		{"replaced", "已被替换 Replaced", TEXT}, {"digest", "摘要 Digest", TEXT},
		{"file", "文件 File", LINK}, END};
	static const struct archive_html_column marks[] = {{"material", "材料 Material", TEXT},
		{"page", "页 Page", TEXT}, {"note", "批注 Note", TEXT}, {"by", "经办 By", TEXT},
		{"at", "时间 Time", INSTANT}, END};
	static const struct archive_html_column faces[] = {{"party", "当事人序号 Party", TEXT},
		{"score", "相似度 Score", TEXT}, {"at", "时间 Time", INSTANT}, END};
	json_t *list = json_deep_copy(p->a->materials), *one;
	size_t i;
	json_array_foreach(list, i, one)
		json_object_set_new(one, "kind_words", json_string(material_words(b, json_str(one, "code"))));
	int rc = archive_html_table(out, "材料 Materials", list, materials);
	json_decref(list);
	if (rc == 0)
		rc = archive_html_table(out, "材料批注 Marks on materials", of(p, "marks"), marks);
	return rc == 0 ? archive_html_table(out, "人脸比对 Face comparisons", p->a->faces, faces) : rc;
}

/* ---- what was done */

static int corrections(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column columns[] = {{"kind", "类别 Kind", WORD},
		{"code", "代码 Code", TEXT}, {"text", "要求 What is asked", TEXT}, END};
	const json_t *one;
	size_t i;
	int rc = json_array_size(of(p, "corrections"))
			 ? 0
			 : archive_html_table(out, "补正 Corrections", NULL, columns);
	json_array_foreach(of(p, "corrections"), i, one)
	{
		char title[200];
		snprintf(title, sizeof title, "补正 Correction %zu: %.24s → %.24s", i + 1,
			json_str(one, "asked_at"), json_str(one, "answered_at"));
		if (rc == 0)
			rc = archive_html_table(out, title, json_object_get(one, "items"), columns);
	}
	return rc;
}

/* Signed decisions with their words, and the steps they made. */
static int decisions(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column steps[] = {{"at", "时间 Time", INSTANT},
		{"state_zh", "环节 Step", TEXT}, {"state_en", "（英文） in English", TEXT},
		{"by", "经办 By", TEXT}, {"note", "意见 Opinion", TEXT}, {"ground", "事由 Ground", TEXT},
		END};
	static const struct archive_html_column columns[] = {{"at", "时间 Time", INSTANT},
		{"act", "决定 Decision", WORD}, {"by", "签名人 Signed by", TEXT},
		{"text", "签署的意见 Words signed", TEXT}, {"key", "证书 Certificate", TEXT},
		{"file", "文件 File", LINK}, END};
	json_t *list = json_array(), *one;
	size_t i;
	int rc = archive_html_table(out, "办理 Steps", of(p, "steps"), steps);
	json_array_foreach(p->a->decisions, i, one)
	{
		json_t *body = NULL, *copy = json_copy(one);
		if (rc == 0)
			rc = json_parse(view_str(json_str(one, "body")), 262144, &body, NULL);
		json_object_set_new(copy, "text", json_string(json_str(body, "text")));
		json_array_append_new(list, copy);
		json_decref(body);
	}
	if (rc == 0)
		rc = archive_html_table(out, "决定签名 Signed decisions", list, columns);
	json_decref(list);
	return rc;
}

static int checks(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column columns[] = {{"severity", "级别 Severity", TEXT},
		{"zh", "提示 Finding", TEXT}, {"en", "（英文） in English", TEXT},
		{"basis", "依据 Basis", TEXT}, END};
	const json_t *one;
	size_t i;
	int rc = archive_html_cell(out, "h2", "审查规则 Checks");
	json_array_foreach(of(p, "checks"), i, one)
	{
		const json_t *findings = json_object_get(json_object_get(one, "verdict"), "findings");
		if (rc == 0)
			rc = buf_add_str(out, "<p>");
		if (rc == 0)
			rc = archive_html_value(out, json_object_get(one, "at"), INSTANT);
		if (rc == 0)
			rc = buf_add_str(out, " ");
		if (rc == 0)
			rc = archive_html_value(out, json_object_get(one, "stage"), WORD);
		if (rc == 0)
			rc = buf_add_str(out, " ");
		if (rc == 0)
			rc = archive_html_text(out, json_str(one, "who"));
		if (rc == 0)
			rc = buf_addf(out, "：%zu 条提示 findings</p>\n", json_array_size(findings));
		if (rc == 0 && json_array_size(findings))
			rc = archive_html_table(out, "提示 Findings", findings, columns);
	}
	return rc;
}

static int money(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column fee[] = {{"number", "缴费通知书 Notice", TEXT},
		{"state", "状态 State", WORD}, {"amount_cents", "金额 Amount", MONEY},
		{"reckoned", "计费日期 Reckoned on", TEXT}, END};
	static const struct archive_html_column lines[] = {{"code", "收费项 Line", WORD},
		{"amount_cents", "金额 Amount", MONEY}, {"basis", "依据 Basis", TEXT}, END};
	static const struct archive_html_column steps[] = {{"at", "时间 Time", INSTANT},
		{"state", "状态 State", WORD}, {"by", "经办 By", TEXT}, {"receipt", "票据 Receipt", TEXT},
		{"reason", "说明 Reason", TEXT}, END};
	static const struct archive_html_column tax[] = {{"voucher_no", "完税凭证 Voucher", TEXT},
		{"amount_cents", "税额 Amount", MONEY}, {"paid_on", "缴税日期 Paid on", TEXT},
		{"by", "录入 Entered by", TEXT}, {"voided_by", "撤销 Taken back by", TEXT},
		{"voided_at", "撤销时间 Taken back", INSTANT}, END};
	json_t *taxes = json_deep_copy(of(p, "tax_voids"));
	int rc = archive_html_cell(out, "h2", "登记费 Fee");
	if (rc == 0)
		rc = archive_html_facts(out, of(p, "fee"), fee);
	if (rc == 0)
		rc = archive_html_table(
			out, "收费明细 Lines of the fee", json_object_get(of(p, "fee"), "lines"), lines);
	if (rc == 0)
		rc = archive_html_table(
			out, "缴费过程 Steps of the fee", json_object_get(of(p, "fee"), "steps"), steps);
	if (rc == 0 && json_is_object(of(p, "tax")) &&
		json_array_append(taxes, (json_t *)(uintptr_t)of(p, "tax")))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = archive_html_table(out, "完税 Tax vouchers", taxes, tax);
	json_decref(taxes);
	return rc;
}

/* ---- the register */

static int register_row(struct buf *out, const json_t *model, const json_t *row)
{
	const json_t *t = json_find(model, "code", json_str(row, "table")), *column,
		     *values = json_object_get(row, "row");
	size_t i;
	int rc = buf_addf(out, "<h3>%s %s %s</h3>\n",
		strcmp(json_str(row, "op"), "+") == 0 ? "写入 made" : "终止 ended", json_str(t, "zh"),
		json_str(t, "en"));
	if (rc == 0)
		rc = buf_add_str(out, "<table class=\"facts\">\n");
	json_array_foreach(json_object_get(t, "columns"), i, column)
	{
		const char *show = json_str(column, "show");
		json_t *v = json_object_get(values, json_str(column, "code")), *said = NULL;
		char label[200];
		snprintf(label, sizeof label, "%s %s", json_str(column, "zh"), json_str(column, "en"));
		if (json_is_string(v) && *show)
			said = json_string(codes_zh(show, json_string_value(v)));
		if (rc == 0)
			rc = archive_html_fact(out, label, said ? said : v,
				strcmp(show, "time") == 0    ? INSTANT
				: strcmp(show, "money") == 0 ? MONEY
				: strcmp(show, "area") == 0  ? ARCHIVE_HTML_AREA
							     : TEXT);
		json_decref(said);
	}
	return rc == 0 ? buf_add_str(out, "</table>\n") : rc;
}

static int entries(const struct archive_page_parts *p, struct buf *out)
{
	json_t *model = book_model();
	const json_t *e, *row;
	size_t i, k;
	int rc = model ? archive_html_cell(out, "h2", "登簿 What was entered in the register") : ERR_NOMEM;
	if (rc == 0 && json_array_size(p->a->entries) == 0)
		rc = buf_add_str(out, "<p>无 none</p>\n");
	json_array_foreach(p->a->entries, i, e)
	{
		if (rc == 0)
			rc = buf_addf(out,
				"<p>登簿日志 No. %lld <a href=\"register/%06lld/entry.txt\">entry.txt</a> "
				"%s</p>\n",
				(long long)json_int(e, "n"), (long long)json_int(e, "n"),
				json_str(e, "unit"));
		json_array_foreach(json_object_get(e, "rows"), k, row) if (rc == 0) rc =
			register_row(out, model, row);
	}
	json_decref(model);
	return rc == 0 ? buf_add_str(out,
				 "<p>登簿前、归档时本单元的全部记载 All of the unit before and at the "
				 "closing: <a href=\"book-before.json\">book-before.json</a> <a "
				 "href=\"book.json\">book.json</a></p>\n")
		       : rc;
}

/* ---- papers, log, files */

static int papers(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column documents[] = {{"zh", "文书 Document", TEXT},
		{"en", "（英文） in English", TEXT}, {"number", "编号 Number", TEXT},
		{"at", "时间 Time", INSTANT}, {"file", "文件 File", LINK}, END};
	static const struct archive_html_column log[] = {{"n", "序号 No.", TEXT},
		{"at", "时间 Time", INSTANT}, {"by", "经办 By", TEXT}, {"action", "事项 Action", TEXT},
		{"subject", "对象 Subject", TEXT}, {"file", "证明 Proof", LINK}, END};
	static const struct archive_html_column flow[] = {{"at", "时间 Time", INSTANT},
		{"event", "事项 Event", TEXT}, {"node", "节点 Node", TEXT}, {"who", "经办 By", TEXT},
		{"detail", "说明 Detail", TEXT}, END};
	static const struct archive_html_column holds[] = {{"from", "起 From", TEXT},
		{"to", "止 Until", TEXT}, {"reason", "事由 Reason", TEXT}, {"by", "经办 By", TEXT}, END};
	int rc = archive_html_table(out, "文书 Documents", p->a->documents, documents);
	if (rc == 0)
		rc = archive_html_table(
			out, "中止 Suspensions", json_object_get(of(p, "terms"), "holds"), holds);
	if (rc == 0)
		rc = archive_html_table(out, "流程 Process", json_object_get(of(p, "flow"), "log"), flow);
	return rc == 0 ? archive_html_table(out, "审计日志 Records of the log", p->log, log) : rc;
}

static int files(const struct archive_page_parts *p, struct buf *out)
{
	static const struct archive_html_column columns[] = {
		{"title", "说明 What", TEXT}, {"path", "文件 File", LINK}, END};
	int rc = archive_html_table(out, "全部文件 All files", p->files, columns);
	if (rc == 0)
		rc = archive_html_cell(out, "h2", "核验 To check");
	if (rc == 0)
		rc = archive_html_cell(out, "pre", p->readme);
	return rc == 0 ? buf_add_str(out, "\n</body></html>\n") : rc;
}

int archive_page(const struct archive_page_parts *p, struct buf *out)
{
	const struct business *b = flows_business(p->a->r->flows, p->a->c.business, p->a->c.business_version);
	int rc = head(p, out);
	if (rc == 0)
		rc = form(p, b, out);
	if (rc == 0)
		rc = parties(p, b, out);
	if (rc == 0)
		rc = handed_in(p, b, out);
	if (rc == 0)
		rc = corrections(p, out);
	if (rc == 0)
		rc = decisions(p, out);
	if (rc == 0)
		rc = checks(p, out);
	if (rc == 0)
		rc = money(p, out);
	if (rc == 0)
		rc = entries(p, out);
	if (rc == 0)
		rc = papers(p, out);
	return rc == 0 ? files(p, out) : rc;
}
