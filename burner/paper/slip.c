#include "burner/paper/page.h"
#include "burner/paper/paper.h"
#include "burner/paper/paper_text.h"

#include <stdio.h>
#include <string.h>

#define LEFT 56.0
#define VALUE 190.0
#define RIGHT (PAGE_A4_SHORT - 56.0)

static double row(struct page *p, double y, const char *zh, const char *en, const char *value)
{
	page_colour(p, 0, 0, 0);
	page_text(p, LEFT, y, VALUE - LEFT - 8, 11, true, PAGE_LEFT, zh);
	page_colour(p, 0.4, 0.4, 0.4);
	page_text(p, LEFT, y + 15, VALUE - LEFT - 8, 7.5, false, PAGE_LEFT, en);
	page_colour(p, 0, 0, 0);
	double h = page_text(p, VALUE, y + 3, RIGHT - VALUE, 11, false, PAGE_LEFT, value);
	h = h < 24 ? 24 : h;
	page_colour(p, 0.75, 0.75, 0.75);
	page_line(p, LEFT, y + h + 4, RIGHT, y + h + 4);
	return y + h + 8;
}

/* Groups of eight can be compared by eye. */
static void grouped(const char *hex, char out[static 96])
{
	size_t at = 0;
	for (size_t i = 0; hex[i] && at < 90; i++) {
		if (i && i % 8 == 0)
			out[at++] = ' ';
		out[at++] = hex[i];
	}
	out[at] = '\0';
}

static void hands(struct page *p, double y)
{
	static const char *const who[2] = {"移交人 handed over by", "接收人 received by"};
	static const char *const lines[3] = {
		"签字 signature", "日期 date", "封签完好 seal unbroken  □ 是 yes  □ 否 no"};
	double width = (RIGHT - LEFT - 12) / 2;
	for (int i = 0; i < 2; i++) {
		double x = LEFT + i * (width + 12);
		page_colour(p, 0, 0, 0);
		page_box(p, x, y, width, 112);
		page_text(p, x + 8, y + 6, width - 16, 11, true, PAGE_LEFT, who[i]);
		for (int k = 0; k < 3; k++)
			page_text(p, x + 8, y + 32 + 26 * k, width - 16, 9, false, PAGE_LEFT, lines[k]);
	}
}

static int slip_draw(struct page *p, const json_t *r)
{
	char identity[96], amount[80], code[256], names[256], day[24], when[24], signers[256], state[400];
	grouped(json_str(r, "digest"), identity);
	(void)snprintf(amount, sizeof amount, "%lld 个数据包 bundles, %lld 字节 bytes",
		(long long)json_int(r, "bundles"), (long long)json_int(r, "size"));
	paper_code(r, code);
	paper_names(json_object_get(r, "approvals"), names);
	paper_day(r, "burnt", day);
	paper_when(r, "handed-over", when);
	const json_t *receipt = json_object_get(r, "receipt");
	paper_names(json_object_get(receipt, "signatures"), signers);
	(void)snprintf(state, sizeof state, "%s%s%s", paper_state(r),
		receipt ? "，签收人 received and signed by " : "", receipt ? signers : "");
	const struct {
		const char *zh, *en, *value;
	} rows[] = {{"光盘编号", "Disc", json_str(r, "disc")}, {"密级", "Classification", paper_mark(r)},
		{"用途", "Use", json_str(r, "use")}, {"内容", "Content", amount},
		{"清单摘要", "Identity (digest of the manifest)", identity}, {"批准人", "Approved by", names},
		{"刻录日期", "Burnt on", day},
		{"介质序列号", "Serial number of the blank", json_str(r, "blank")},
		{"介质标签", "Label of the blank", json_str(r, "label")},
		{"封签号", "Seal", json_str(r, "seal")},
		{"移出单位", "Handed over from", json_str(r, "from")},
		{"移交去向", "Handed over to", json_str(r, "to")}, {"移交时间", "Handed over at", when},
		{"状态", "State", state}};
	double y = 118;
	page_colour(p, 0, 0, 0);
	page_text(p, LEFT, 48, RIGHT - LEFT, 24, true, PAGE_CENTRE, "光盘移交单");
	page_colour(p, 0.4, 0.4, 0.4);
	page_text(p, LEFT, 82, RIGHT - LEFT, 10, false, PAGE_CENTRE, "Transfer slip of a disc");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		y = row(p, y, rows[i].zh, rows[i].en, paper_or_dash(rows[i].value));
	hands(p, y + 10);
	page_colour(p, 0, 0, 0);
	/* Beside the title: what is below grows with what is written. */
	int rc = page_qr(p, RIGHT - 88, 24, 88, code);
	page_colour(p, 0.4, 0.4, 0.4);
	page_text(p, LEFT, PAGE_A4_LONG - 56, RIGHT - LEFT, 8, false, PAGE_LEFT,
		"扫描二维码登记接收。 Scan the code to write down that the disc was received.");
	return rc;
}

int paper_slip(const json_t *record, struct buf *out)
{
	struct page *p = NULL;
	int rc = page_new(PAGE_A4_SHORT, PAGE_A4_LONG, json_str(record, "disc"), paper_time(record), out, &p);
	if (rc < 0)
		return rc;
	rc = slip_draw(p, record);
	int end = page_end(p);
	return rc < 0 ? rc : end;
}
