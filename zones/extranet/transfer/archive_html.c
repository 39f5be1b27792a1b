#include "zones/extranet/transfer/archive_html.h"

#include "common/base/id.h"
#include <stdio.h>
#include <string.h>

int archive_html_text(struct buf *out, const char *s)
{
	int rc = 0;
	for (; rc == 0 && *s; s++)
		rc = *s == '<'   ? buf_add_str(out, "&lt;")
		     : *s == '>' ? buf_add_str(out, "&gt;")
		     : *s == '&' ? buf_add_str(out, "&amp;")
		     : *s == '"' ? buf_add_str(out, "&quot;")
				 : buf_add(out, s, 1);
	return rc;
}

int archive_html_cell(struct buf *out, const char *tag, const char *s)
{
	int rc = buf_addf(out, "<%s>", tag);
	if (rc == 0)
		rc = archive_html_text(out, s);
	return rc == 0 ? buf_addf(out, "</%s>", tag) : rc;
}

/* Codes that steps, decisions, fees and processes are written with. */
static const struct {
	const char *code, *words;
} words[] = {
	{"accept", "受理 accepted"},
	{"correct", "要求补正 correction asked for"},
	{"reject", "不予受理 not accepted"},
	{"tax", "核验完税 tax voucher"},
	{"review", "审核 reviewed"},
	{"second", "复审 second review"},
	{"check", "核验 checked"},
	{"enter", "登簿 entered in the register"},
	{"archive", "归档 archived"},
	{"visit", "请到场一次 asked to come once"},
	{"refuse", "不予登记 registration refused"},
	{"withdraw", "撤回 withdrawn"},
	{"back", "退回 sent back"},
	{"suspend", "中止 suspended"},
	{"resume", "恢复办理 resumed"},
	{"graphics", "图形材料 graphics"},
	{"notice", "公告 public notice"},
	{"due", "应缴 due"},
	{"paid", "已缴 paid"},
	{"free", "免费 free"},
	{"asked", "申请减免 waiver asked for"},
	{"waived", "已减免 waived"},
	{"cancelled", "已取消 cancelled"},
	{"refund", "应退 to be refunded"},
	{"refunded", "已退 refunded"},
	{"portal", "网上 portal"},
	{"window", "窗口 window"},
	{"department", "部门 department"},
	{"+", "写入 made"},
	{"-", "终止 ended"},
	{"registration", "登记费 registration"},
	{"extra-copy", "增发证书工本费 further copies"},
	{"material", "材料 material"},
	{"field", "填报项 field"},
	{"other", "其他 other"},
};

static int word(struct buf *out, const char *code)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].code, code) == 0)
			return archive_html_text(out, words[i].words);
	return archive_html_text(out, code);
}

static int link_put(struct buf *out, const char *path)
{
	int rc = buf_add_str(out, "<a href=\"");
	if (rc == 0)
		rc = archive_html_text(out, path);
	if (rc == 0)
		rc = buf_add_str(out, "\">");
	if (rc == 0)
		rc = archive_html_text(out, path);
	return rc == 0 ? buf_add_str(out, "</a>") : rc;
}

static int instant(struct buf *out, const char *s)
{
	int64_t ms = 0;
	char text[TIME_TEXT];
	if (time_parse(s, &ms) < 0)
		return archive_html_text(out, s);
	time_text(ms + 8 * 3600000, text);
	return buf_addf(out, "%.10s %.8s", text, text + 11);
}

int archive_html_value(struct buf *out, const json_t *v, enum archive_html_kind kind)
{
	long long n = (long long)json_integer_value(v);
	if (json_is_integer(v))
		return kind == ARCHIVE_HTML_MONEY ? buf_addf(out, "%lld.%02lld 元", n / 100, n % 100)
		       : kind == ARCHIVE_HTML_AREA
			       ? buf_addf(out, "%lld.%02lld ㎡", n / 10000, n % 10000 / 100)
			       : buf_addf(out, "%lld", n);
	if (json_is_boolean(v))
		return buf_add_str(out, json_is_true(v) ? "是 yes" : "否 no");
	if (!json_is_string(v))
		return 0;
	const char *s = json_string_value(v);
	if (kind == ARCHIVE_HTML_INSTANT)
		return instant(out, s);
	if (kind == ARCHIVE_HTML_WORD)
		return word(out, s);
	return kind == ARCHIVE_HTML_FILE && *s ? link_put(out, s) : archive_html_text(out, s);
}

int archive_html_fact(struct buf *out, const char *label, const json_t *v, enum archive_html_kind kind)
{
	int rc = buf_add_str(out, "<tr>");
	if (rc == 0)
		rc = archive_html_cell(out, "th", label);
	if (rc == 0)
		rc = buf_add_str(out, "<td>");
	if (rc == 0)
		rc = archive_html_value(out, v, kind);
	return rc == 0 ? buf_add_str(out, "</td></tr>\n") : rc;
}

int archive_html_facts(struct buf *out, const json_t *o, const struct archive_html_column *columns)
{
	int rc = buf_add_str(out, "<table class=\"facts\">\n");
	for (const struct archive_html_column *c = columns; rc == 0 && c->key; c++)
		rc = archive_html_fact(out, c->head, json_object_get(o, c->key), c->kind);
	return rc == 0 ? buf_add_str(out, "</table>\n") : rc;
}

static int row_put(struct buf *out, const json_t *row, const struct archive_html_column *columns)
{
	int rc = buf_add_str(out, "<tr>");
	for (const struct archive_html_column *c = columns; rc == 0 && c->key; c++) {
		rc = buf_add_str(out, "<td>");
		if (rc == 0)
			rc = archive_html_value(out, json_object_get(row, c->key), c->kind);
		if (rc == 0)
			rc = buf_add_str(out, "</td>");
	}
	return rc == 0 ? buf_add_str(out, "</tr>\n") : rc;
}

int archive_html_table(
	struct buf *out, const char *title, const json_t *rows, const struct archive_html_column *columns)
{
	size_t i;
	const json_t *row;
	int rc = archive_html_cell(out, "h2", title);
	if (rc == 0 && json_array_size(rows) == 0)
		return buf_add_str(out, "<p>无 none</p>\n");
	if (rc == 0)
		rc = buf_add_str(out, "<table><tr>");
	for (const struct archive_html_column *c = columns; rc == 0 && c->key; c++)
		rc = archive_html_cell(out, "th", c->head);
	if (rc == 0)
		rc = buf_add_str(out, "</tr>\n");
	json_array_foreach(rows, i, row) if (rc == 0) rc = row_put(out, row, columns);
	return rc == 0 ? buf_add_str(out, "</table>\n") : rc;
}
