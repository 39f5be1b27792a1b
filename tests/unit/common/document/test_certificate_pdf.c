/* The certificate as PDF: one page, its text is text (it can be searched and read aloud), nothing is cut
 * silently. */
#include "common/document/certificate_pdf.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The font libraries keep what they have loaded until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libharfbuzz\nleak:libglib\nleak:"
	       "libgobject\n";
}

static struct certificate_doc doc(void)
{
	return (struct certificate_doc){.title_zh = "不动产权证书",
		.number = "京(2026)东城区不动产权第0000001号",
		.holders = "王小丰",
		.share = "单独所有",
		.location = "东城区示例街 1 号 2 单元 301",
		.unit_code = "110101001001GB00001F00010001",
		.right_type = "国有建设用地使用权/房屋(构筑物)所有权",
		.right_nature = "出让/市场化商品房",
		.use = "城镇住宅用地/住宅",
		.area = "89.20 m²",
		.term = "2026-01-01 至 2096-01-01",
		.other = "",
		.office = "东城区不动产登记中心",
		.date = "2026-11-24",
		.qr_text = "https://portal.example/verify#x",
		.verify_text = "verify"};
}

/* The page's text by pdftotext, without spaces and line ends; caller frees. */
static char *text_of(const struct buf *pdf, const char *tool)
{
	char file[] = "/tmp/test-pdf.XXXXXX", command[128];
	static char text[65536];
	int fd = mkstemp(file);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf->p, pdf->n), pdf->n);
	close(fd);
	snprintf(command, sizeof command, "%s %s%s", tool, file,
		strcmp(tool, "pdftotext -raw") == 0 ? " -" : "");
	FILE *p = popen(command, "r");
	assert_non_null(p);
	size_t n = fread(text, 1, sizeof text - 1, p), out = 0;
	assert_int_equal(pclose(p), 0);
	unlink(file);
	for (size_t i = 0; i < n; i++)
		if (text[i] != ' ' && text[i] != '\n' && text[i] != '\f')
			text[out++] = text[i];
	text[out] = '\0';
	return text;
}

static void test_text(void **state)
{
	(void)state;
	struct certificate_doc d = doc();
	struct buf pdf;
	buf_init(&pdf, 4 << 20);
	assert_int_equal(buf_add_str(&pdf, "before"), 0);
	assert_int_equal(certificate_pdf(&d, &pdf), 0);
	assert_memory_equal(pdf.p, "before%PDF-", 11);
	buf_reset(&pdf);
	assert_int_equal(certificate_pdf(&d, &pdf), 0);
	const char *text = text_of(&pdf, "pdftotext -raw");
	static const char *const in[] = {"不动产权证书", "京(2026)东城区不动产权第0000001号", "王小丰",
		"单独所有", "东城区示例街1号2单元301", "110101001001GB00001F00010001", "89.20m²",
		"2026-01-01至2096-01-01", "东城区不动产登记中心", "权利人", "Rightholder", "—"};
	for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
		if (!strstr(text, in[i]))
			fail_msg("\"%s\" is not in: %s", in[i], text);
	assert_null(strstr(text, "样本"));
	assert_non_null(strstr(text_of(&pdf, "pdfinfo"), "Pages:1"));
	d.sample = true;
	buf_reset(&pdf);
	assert_int_equal(certificate_pdf(&d, &pdf), 0);
	assert_non_null(strstr(text_of(&pdf, "pdftotext -raw"), "样本"));
	buf_fini(&pdf);
}

/* Twenty holders with long names: the lines wrap, every one is there. */
static void test_long_values(void **state)
{
	(void)state;
	struct certificate_doc d = doc();
	struct buf holders, pdf;
	char name[64];
	buf_init(&holders, 4096);
	buf_init(&pdf, 4 << 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(buf_addf(&holders, "%s示例有限责任公司第%02d分公司", i ? "、" : "", i), 0);
	d.holders = (const char *)holders.p;
	assert_int_equal(certificate_pdf(&d, &pdf), 0);
	const char *text = text_of(&pdf, "pdftotext -raw");
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "第%02d分公司", i);
		assert_non_null(strstr(text, name));
	}
	buf_fini(&holders);
	buf_fini(&pdf);
}

static void test_limits(void **state)
{
	(void)state;
	struct certificate_doc d = doc();
	struct buf pdf;
	static char much[5000];
	buf_init(&pdf, 1000);
	assert_int_equal(buf_add_str(&pdf, "kept"), 0);
	assert_int_equal(certificate_pdf(&d, &pdf), ERR_LIMIT);
	assert_int_equal(pdf.n, 4);
	buf_fini(&pdf);
	buf_init(&pdf, 4 << 20);
	memset(much, 'x', sizeof much - 1);
	d.qr_text = much; /* more than the largest QR code holds */
	assert_int_equal(certificate_pdf(&d, &pdf), ERR_LIMIT);
	assert_int_equal(pdf.n, 0);
	buf_fini(&pdf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
