#include "zones/extranet/transfer/archive_page.h"

static int text(struct buf *out, const char *s)
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

static int cell(struct buf *out, const char *tag, const char *s)
{
	int rc = buf_addf(out, "<%s>", tag);
	if (rc == 0)
		rc = text(out, s);
	return rc == 0 ? buf_addf(out, "</%s>", tag) : rc;
}

struct column {
	const char *key, *head;
};

/* A table of the list's objects; NULL head ends the columns. */
static int table(struct buf *out, const char *title, const json_t *rows, const struct column *columns)
{
	size_t i;
	const json_t *row;
	int rc = cell(out, "h2", title);
	if (rc == 0)
		rc = buf_add_str(out, "<table><tr>");
	for (const struct column *c = columns; rc == 0 && c->key; c++)
		rc = cell(out, "th", c->head);
	json_array_foreach(rows, i, row)
	{
		if (rc == 0)
			rc = buf_add_str(out, "</tr>\n<tr>");
		for (const struct column *c = columns; rc == 0 && c->key; c++)
			rc = cell(out, "td", json_str(row, c->key));
	}
	return rc == 0 ? buf_add_str(out, "</tr></table>\n") : rc;
}

static int facts(struct buf *out, const json_t *file)
{
	static const struct column rows[] = {{"number", "业务号 Case number"},
		{"business_zh", "业务 Business"}, {"state_zh", "结果 Outcome"},
		{"unit_code", "不动产单元号 Unit code"}, {"location", "坐落 Location"},
		{"received", "收件 Received"}, {"deadline", "期限 Term"}, {"reviewer", "初审 First review"},
		{"note", "说明 Note"}, {"office", "登记机构 Office"}};
	int rc = buf_add_str(out, "<table>");
	for (size_t i = 0; rc == 0 && i < sizeof rows / sizeof rows[0]; i++) {
		rc = buf_add_str(out, "<tr>");
		if (rc == 0)
			rc = cell(out, "th", rows[i].head);
		if (rc == 0)
			rc = cell(out, "td", json_str(file, rows[i].key));
		if (rc == 0)
			rc = buf_add_str(out, "</tr>\n");
	}
	return rc == 0 ? buf_add_str(out, "</table>\n") : rc;
}

static int links(struct buf *out, const json_t *files)
{
	size_t i;
	const json_t *f;
	int rc = buf_add_str(out, "<h2>文件 Files</h2><ul>\n");
	json_array_foreach(files, i, f)
	{
		if (rc == 0)
			rc = buf_add_str(out, "<li><a href=\"");
		if (rc == 0)
			rc = text(out, json_str(f, "path"));
		if (rc == 0)
			rc = buf_add_str(out, "\">");
		if (rc == 0)
			rc = text(out, json_str(f, "title"));
		if (rc == 0)
			rc = buf_add_str(out, "</a></li>\n");
	}
	return rc == 0 ? buf_add_str(out, "</ul>\n") : rc;
}

int archive_page(const json_t *file, const json_t *files, struct buf *out)
{
	static const struct column parties[] = {{"role", "身份 Role"}, {"name", "姓名 Name"},
		{"id_number", "证件号 Number"}, {"signed_at", "签署 Signed"}, {NULL, NULL}};
	static const struct column steps[] = {{"at", "时间 Time"}, {"state_zh", "环节 Step"},
		{"by", "经办 By"}, {"note", "意见 Opinion"}, {NULL, NULL}};
	static const struct column decisions[] = {{"at", "时间 Time"}, {"act", "决定 Decision"},
		{"by", "签名人 Signed by"}, {"key", "证书 Certificate"}, {"file", "文件 File"}, {NULL, NULL}};
	static const struct column flow[] = {{"at", "时间 Time"}, {"event", "事项 Event"},
		{"node", "节点 Node"}, {"who", "经办 By"}, {"detail", "说明 Detail"}, {NULL, NULL}};
	static const struct column checks[] = {{"at", "时间 Time"}, {"who", "经办 By"},
		{"stage", "环节 Stage"}, {"said", "结果 Verdict"}, {NULL, NULL}};
	int rc = buf_add_str(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta "
				  "charset=\"utf-8\"><title>登记档案 Archived case"
				  "</title>\n<meta http-equiv=\"Content-Security-Policy\" "
				  "content=\"default-src 'none'; style-src "
				  "'unsafe-inline'\">\n<style>body{font:16px/1.5 "
				  "serif;max-width:60em;margin:2em auto;padding:0 1em}"
				  "table{border-collapse:collapse;width:100%}th,td{border:1px solid "
				  "#888;padding:.2em .5em;text-align:"
				  "left;vertical-align:top}</style></head><body>\n<h1>不动产登记档案</h1>\n");
	if (rc == 0)
		rc = facts(out, file);
	if (rc == 0)
		rc = table(out, "当事人 Parties", json_object_get(file, "parties"), parties);
	if (rc == 0)
		rc = table(out, "办理 Steps", json_object_get(file, "steps"), steps);
	if (rc == 0)
		rc = table(out, "决定签名 Signed decisions", json_object_get(file, "decisions"), decisions);
	if (rc == 0)
		rc = table(out, "审查规则 Checks", json_object_get(file, "checks"), checks);
	if (rc == 0)
		rc = table(out, "流程 Process", json_object_get(json_object_get(file, "flow"), "log"), flow);
	if (rc == 0)
		rc = links(out, files);
	return rc == 0 ? buf_add_str(out,
				 "<h2>核验 To check</h2><pre>sha256sum -c tagmanifest-sha256.txt\nsha256sum "
				 "-c "
				 "manifest-sha256.txt\nopenssl x509 -in signer.pem -noout -pubkey &gt; "
				 "pub\nopenssl "
				 "pkeyutl -verify -pubin -inkey pub -in tagmanifest-sha256.txt -sigfile "
				 "tagmanifest-sha256.txt.sig -rawin -digest sm3 -pkeyopt "
				 "distid:1234567812345678\n# data/decisions/NN-ACT.json with .json.sig and "
				 ".pem: the same commands\nswaudit check-proof --trust CA.pem "
				 "data/log/*.json</pre>\n</body></html>\n")
		       : rc;
}
