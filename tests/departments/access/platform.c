#include "tests/departments/access/platform.h"

#include "common/base/id.h"
#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (64 << 20)

struct platform {
	int out, got, in;
	const struct cert *seal;
	enum platform_mode mode;
	struct platform_count *n;
};

int platform_mode_of(const char *name)
{
	static const char *const names[] = {
		"true", "refuse", "hold", "garbage", "stranger", "twice", "contradict"};
	for (int i = 0; i < PLATFORM_MODES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static int folder(const char *root, const char *name, int *fd)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", root, name);
	int rc = file_mkdirs(path, 0770);
	return rc == 0 ? file_open_dir(path, fd) : rc;
}

static int answer(struct platform *p, const char *id, bool accepted, const char *code, const char *text)
{
	char name[64];
	struct buf b;
	snprintf(name, sizeof name, "Rep%s.xml", id);
	buf_init(&b, 4096);
	int rc = buf_addf(&b,
		"<?xml version=\"1.0\" "
		"encoding=\"UTF-8\"?>\n<respond><BizMsgID>%s</BizMsgID><SuccessFlag>%d</SuccessFlag>"
		"<ResponseCode>%s</ResponseCode><ResponseInfo>%s</ResponseInfo></respond>\n",
		id, accepted, code, text);
	if (rc == 0)
		rc = file_write(p->in, name, 0640, buf_view(&b), "platform.answer");
	buf_fini(&b);
	p->n->accepted += accepted;
	p->n->refused += !accepted;
	return rc;
}

/* Text of one element or attribute by XPath; "" none. Freed by the caller. */
static char *text_at(xmlDocPtr d, const char *path)
{
	xmlXPathContextPtr c = xmlXPathNewContext(d);
	xmlXPathObjectPtr o = xmlXPathEvalExpression((const xmlChar *)path, c);
	xmlChar *s = xmlXPathCastToString(o);
	char *copy = strdup((const char *)s);
	xmlFree(s);
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	return copy;
}

/* The signature is over the file with its DigitalSign emptied. */
static bool signed_well(const struct platform *p, struct view file, const char *sign)
{
	struct buf plain, sig;
	bool well = false;
	const uint8_t *at = *sign ? memmem(file.p, file.n, sign, strlen(sign)) : NULL;
	if (!at)
		return false;
	size_t before = (size_t)(at - file.p), after = before + strlen(sign);
	buf_init(&plain, FILE_MAX);
	buf_init(&sig, 4096);
	if (buf_add(&plain, file.p, before) == 0 && buf_add(&plain, file.p + after, file.n - after) == 0 &&
		b64_parse(view_str(sign), &sig) == 0)
		well = cert_verify(p->seal, buf_view(&plain), buf_view(&sig)) == 0;
	buf_fini(&plain);
	buf_fini(&sig);
	return well;
}

static int message_judge(struct platform *p, const char *id, struct view file)
{
	xmlDocPtr d = xmlReadMemory(
		(const char *)file.p, (int)file.n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
	char *said = d ? text_at(d, "string(/Message/Head/BizMsgID)") : NULL,
	     *sign = d ? text_at(d, "string(/Message/Head/DigitalSign)") : NULL,
	     *rows = d ? text_at(d, "count(/Message/Data/*)") : NULL;
	bool well = d && strcmp(said, id) == 0 && atoi(rows) > 0 && signed_well(p, file, sign);
	p->n->messages++;
	p->n->bad += !well;
	int rc = p->mode == PLATFORM_REFUSE ? answer(p, id, false, "2001", "权利人证件号校验不通过")
		 : well                     ? answer(p, id, true, "0000", "成功")
					    : answer(p, id, false, "1002", "报文格式或签名错误");
	free(said);
	free(sign);
	free(rows);
	xmlFreeDoc(d);
	return rc;
}

/* Every message the log names came, and as many as it counts. */
static int log_judge(struct platform *p, const char *id, struct view file)
{
	xmlDocPtr d = xmlReadMemory((const char *)file.p, (int)file.n, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_HUGE);
	char *entries = text_at(d, "string(//RegisterInfo/@totalNum)"),
	     *sent = text_at(d, "string(//AccessInfo/@totalNum)"),
	     *listed = text_at(d, "count(//AccessList/Access)"),
	     *kinds =
		     text_at(d, "sum(//AccessInfo/@*[substring(name(), string-length(name()) - 2) = 'Reg'])");
	bool equal = strcmp(entries, sent) == 0 && strcmp(sent, listed) == 0 && strcmp(sent, kinds) == 0;
	for (int i = 1; equal && i <= atoi(listed); i++) {
		char path[64], name[80];
		snprintf(path, sizeof path, "string((//AccessList/Access)[%d]/@BWID)", i);
		char *one = text_at(d, path);
		snprintf(name, sizeof name, "Biz%.40s.xml", one);
		equal = faccessat(p->got, name, F_OK, 0) == 0;
		free(one);
	}
	p->n->logs++;
	p->n->bad += !equal;
	free(entries);
	free(sent);
	free(listed);
	free(kinds);
	xmlFreeDoc(d);
	return equal ? answer(p, id, true, "0000", "成功")
		     : answer(p, id, false, "3001", "登簿日志与接入报文数量不一致");
}

static int again(struct platform *p, const char *name, const char *id)
{
	if (p->mode == PLATFORM_GARBAGE) {
		char file[80];
		snprintf(file, sizeof file, "Rep%s.xml", id);
		return file_write(p->in, file, 0640, view_str("<!DOCTYPE r [<!ENTITY a \"b\">]><respond>&a;"),
			"platform.garbage");
	}
	(void)name;
	return answer(p, id, p->mode == PLATFORM_TWICE, p->mode == PLATFORM_TWICE ? "0000" : "2002", "成功");
}

/* `Biz<id>.xml` or `Log<id>.xml` */
static int file_judge(struct platform *p, const char *name)
{
	char id[41];
	struct buf file;
	snprintf(id, sizeof id, "%.*s", (int)(strlen(name) - 7), name + 3);
	if (p->mode == PLATFORM_GARBAGE || p->mode == PLATFORM_TWICE || p->mode == PLATFORM_CONTRADICT)
		return again(p, name, id);
	buf_init(&file, FILE_MAX);
	int rc = file_read(p->got, name, FILE_MAX, &file);
	if (rc == 0)
		rc = *name == 'B' ? message_judge(p, id, buf_view(&file)) : log_judge(p, id, buf_view(&file));
	buf_fini(&file);
	return rc;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_file(const struct dirent *e)
{
	size_t n = strlen(e->d_name);
	return (strncmp(e->d_name, "Biz", 3) == 0 || strncmp(e->d_name, "Log", 3) == 0) && n > 8 &&
	       strcmp(e->d_name + n - 4, ".xml") == 0;
}

/* Messages come before logs, as their names do. */
static int each(struct platform *p, int dir, int (*does)(struct platform *, const char *))
{
	struct dirent **names = NULL;
	int n = scandirat(dir, ".", &names, is_file, by_name), rc = n < 0 ? ERR_IO : 0;
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = does(p, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int fetch(struct platform *p, const char *name)
{
	if (renameat(p->out, name, p->got, name) < 0)
		return ERR_IO;
	return p->mode == PLATFORM_HOLD ? 0 : file_judge(p, name);
}

static int held(struct platform *p, const char *name)
{
	char path[80];
	snprintf(path, sizeof path, "held.%s", name);
	if (faccessat(p->got, path, F_OK, 0) == 0)
		return 0;
	int fd = openat(p->got, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
	if (fd < 0)
		return ERR_IO;
	close(fd);
	return file_judge(p, name);
}

static int run(const char *root, const struct cert *seal, enum platform_mode mode, bool late,
	struct platform_count *n)
{
	struct platform p = {-1, -1, -1, seal, mode, n};
	*n = (struct platform_count){0};
	int rc = folder(root, "out", &p.out);
	if (rc == 0)
		rc = folder(root, "got", &p.got);
	if (rc == 0)
		rc = folder(root, "in", &p.in);
	if (rc == 0 && mode == PLATFORM_STRANGER)
		rc = answer(&p, "110101261127999999", true, "0000", "成功");
	else if (rc == 0 && late)
		rc = each(&p, p.got, held);
	else if (rc == 0 && mode >= PLATFORM_GARBAGE)
		rc = each(&p, p.got, file_judge);
	else if (rc == 0)
		rc = each(&p, p.out, fetch);
	const int fds[] = {p.out, p.got, p.in};
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return rc;
}

int platform_round(
	const char *root, const struct cert *seal, enum platform_mode mode, struct platform_count *n)
{
	return run(root, seal, mode, false, n);
}

int platform_answer_held(const char *root, const struct cert *seal, struct platform_count *n)
{
	return run(root, seal, PLATFORM_TRUE, true, n);
}
