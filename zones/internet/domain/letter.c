#include "zones/internet/domain/letter.h"

#include "common/base/id.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX 127
#define LINE 76

static bool all_of(const char *s, size_t n, const char *more)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr(more, s[i]))
			return false;
	return n > 0;
}

bool letter_address_good(const char *s)
{
	size_t n = strlen(s);
	const char *at = strchr(s, '@');
	if (n > ADDRESS_MAX || !at || s[0] == '-' || s[0] == '.' || !all_of(s, (size_t)(at - s), "._%+-"))
		return false;
	const char *host = at + 1, *dot = strchr(host, '.');
	return all_of(host, strlen(host), ".-") && dot && dot != host && dot[1] && host[0] != '-' &&
	       !strstr(host, "..") && s[n - 1] != '.' && s[n - 1] != '-';
}

int letter_address_mask(const char *s, struct buf *out)
{
	const char *at = strchr(s, '@');
	return at ? buf_addf(out, "%.1s***%s", s, at) : buf_add(out, "", 0);
}

static const struct kind {
	const char *template, *subject, *zh, *en;
} kinds[] = {
	{"code-mail", "邮箱验证码 Code for your e-mail address",
		"验证码：%s，%s 分钟内有效。非本人操作请忽略。",
		"Your code is %s, good for %s minutes. Ignore this if you did not ask for it."},
	{"application-sign", "您的申请待签名 Your application waits for a signature",
		"您的申请%s还有当事人没有签名。请登录办事平台查看。",
		"Your application%s still waits for signatures. Sign in at the portal to see it."},
	{"application-correct", "您的申请需要补正 Your application is to be corrected",
		"您的申请%s有事项需要补正。请登录办事平台查看。",
		"Something in your application%s is to be put right. Sign in at the portal to see it."},
	{"application-pay", "您的申请有费用待缴 Your application waits for a payment",
		"您的申请%s有费用未缴。请登录办事平台查看。",
		"Something of your application%s is still to be paid. Sign in at the portal to see it."},
	{"application-window", "您的申请需要到窗口办理 Your application needs a visit",
		"您的申请%s有事项需要到登记窗口办理。请登录办事平台查看。",
		"Something about your application%s is to be done at the window. Sign in at the portal to "
		"see it."},
	{"application-delay", "您的申请处理延误 Your application is delayed",
		"您的申请%s处理有所延误，已提交的内容没有丢失。",
		"Your application%s is delayed on our side; nothing is lost."},
	{"application-done", "您的申请已恢复办理 Your application goes on", "您的申请%s遇到的问题已经解决。",
		"The trouble with your application%s is over."},
	{"application-accepted", "您的申请已受理 Your application was accepted",
		"您的申请%s已受理。请登录办事平台查看。",
		"Your application%s was accepted. Sign in at the portal to see it."},
	{"application-closed", "您的申请已有结果 Your application was decided",
		"您的申请%s已有处理结果。请登录办事平台查看。",
		"Your application%s was decided. Sign in at the portal to see it."},
	{"application-suspended", "您的申请已中止 Your application is suspended",
		"您的申请%s已中止办理。请登录办事平台查看。",
		"Your application%s is suspended. Sign in at the portal to see it."},
	{"application-delivered", "您的申请已办结 Your application is complete",
		"您的申请%s已办结。请登录办事平台查看。",
		"Your application%s is complete. Sign in at the portal to see it."},
};

static int b64_lines(const char *text, size_t n, struct buf *out)
{
	struct buf b64;
	buf_init(&b64, 65536);
	int rc = b64_add(&b64, view_of(text, n));
	for (size_t i = 0; rc == 0 && i < b64.n; i += LINE)
		rc = buf_addf(
			out, "%.*s\r\n", (int)(b64.n - i < LINE ? b64.n - i : LINE), (const char *)b64.p + i);
	buf_fini(&b64);
	return rc;
}

/* Encoded words of at most 75 bytes, no character in two of them. */
static int subject_add(const char *s, struct buf *out)
{
	int rc = buf_add_str(out, "Subject:");
	while (rc == 0 && *s) {
		struct buf b64;
		size_t n = strlen(s) < 42 ? strlen(s) : 42;
		while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		buf_init(&b64, 256);
		rc = b64_add(&b64, view_of(s, n));
		if (rc == 0)
			rc = buf_addf(out, " =?UTF-8?B?%s?=\r\n", (const char *)b64.p);
		buf_fini(&b64);
		s += n;
	}
	return rc;
}

/* A template has one %s for the case, or two for code and minutes. */
static int body_make(const struct kind *k, const json_t *words, struct buf *out)
{
	char zh[32] = "", en[32] = "";
	const char *tail = json_str(words, "tail"), *code = json_str(words, "code");
	if (*tail) {
		snprintf(zh, sizeof zh, "（尾号 %.4s）", tail);
		snprintf(en, sizeof en, " (ending in %.4s)", tail);
	}
	const char *first[] = {*code ? code : zh, *code ? code : en};
	const char *lines[] = {k->zh, k->en};
	int rc = 0;
	for (int i = 0; rc == 0 && i < 2; i++) {
		const char *p = lines[i];
		for (int n = 0; rc == 0 && *p; n++) {
			const char *mark = strstr(p, "%s");
			rc = buf_addf(out, "%.*s", mark ? (int)(mark - p) : (int)strlen(p), p);
			if (rc == 0 && mark)
				rc = buf_add_str(out, n == 0 ? first[i] : json_str(words, "minutes"));
			p = mark ? mark + 2 : p + strlen(p);
		}
		if (rc == 0)
			rc = buf_add_str(out, "\r\n");
	}
	return rc == 0 ? buf_add_str(out, "\r\n本邮件由系统发送，不需要回复；可以在平台“我的账号”中停收。\r\n"
					  "Sent by the "
					  "system; do not answer. You can stop these letters under My "
					  "account at the portal.\r\n")
		       : rc;
}

int letter_make(const struct letter *l, struct buf *out)
{
	const struct kind *k = NULL;
	struct buf body;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !k; i++)
		if (strcmp(kinds[i].template, l->template) == 0)
			k = &kinds[i];
	if (!k)
		return ERR_NOTFOUND;
	buf_init(&body, 8192);
	int rc = buf_addf(out, "From: <%s>\r\nTo: <%s>\r\nDate: %s\r\nMessage-ID: <%s%s>\r\n", l->from, l->to,
		l->date, l->id, strchr(l->from, '@'));
	if (rc == 0)
		rc = subject_add(k->subject, out);
	if (rc == 0)
		rc = buf_add_str(out,
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	if (rc == 0)
		rc = body_make(k, l->words, &body);
	if (rc == 0)
		rc = b64_lines((const char *)body.p, body.n, out);
	buf_fini(&body);
	return rc;
}
