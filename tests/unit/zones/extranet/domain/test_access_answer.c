/* The national platform's answers, and the texts that go to it. */
#include "zones/extranet/domain/access.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "110101261127000001"
static const struct {
	const char *text;
	int rc;
	const char *said; /* id, accepted, code; or where it is refused */
} answers[] = {
	{"<respond><BizMsgID>" ID "</BizMsgID><SuccessFlag>1</SuccessFlag></respond>", 0, ID},
	{"<respond><BizMsgID> 11010120261127 "
	 "</BizMsgID><SuccessFlag>0</SuccessFlag><ResponseCode>3001</ResponseCode><More/></respond>",
		0, "11010120261127"},
	{"<respond><BizMsgID>" ID "</BizMsgID><SuccessFlag>0</SuccessFlag></respond>", ERR_SCHEMA,
		"ResponseCode: missing"},
	{"<respond><BizMsgID>" ID "</BizMsgID><SuccessFlag>2</SuccessFlag></respond>", ERR_SCHEMA,
		"SuccessFlag: 0 or 1"},
	{"<respond><BizMsgID>" ID "</BizMsgID><BizMsgID>" ID
	 "</BizMsgID><SuccessFlag>1</SuccessFlag></respond>",
		ERR_SCHEMA, "BizMsgID: stands twice"},
	{"<respond><BizMsgID>../../etc</BizMsgID><SuccessFlag>1</SuccessFlag></respond>", ERR_SCHEMA,
		"BizMsgID: 18 digits"},
	{"<Respond><BizMsgID>" ID "</BizMsgID><SuccessFlag>1</SuccessFlag></Respond>", ERR_SCHEMA,
		"root: respond"},
	{"<!DOCTYPE respond [<!ENTITY a '1'>]><respond><BizMsgID>" ID
	 "</BizMsgID><SuccessFlag>&a;</SuccessFlag></respond>",
		ERR_SYNTAX, "DOCTYPE"},
	{"<respond><BizMsgID>" ID, ERR_SYNTAX, "line"},
	{"", ERR_SYNTAX, "line 1: empty"},
};

static void answers_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct access_answer a;
		struct err_note note = {0};
		assert_int_equal(access_answer_read(view_str(answers[i].text), &a, &note), answers[i].rc);
		if (answers[i].rc == 0)
			assert_string_equal(a.id, answers[i].said);
		else
			assert_non_null(strstr(note.text, answers[i].said));
	}
}

static json_t *rows_made(void)
{
	json_t *ended = json_pack("{s:i,s:s,s:s,s:s,s:s,s:s}", "bsm", 7, "bdcdyh", "U", "qllx", "4", "djlx",
		"200", "bdcqzh", "旧证", "djsj", "2026-11-26T16:00:00.000Z");
	json_t *unit = json_pack(
		"{s:i,s:s,s:s,s:i}", "bsm", 8, "bdcdyh", "U", "zl", "<示例路>\"1\"号", "jzmj", 905000);
	json_t *gone = json_pack("{s:i,s:s}", "bsm", 9, "bdcdyh", "U");
	return json_pack("[{s:s,s:s,s:o},{s:s,s:s,s:o},{s:s,s:s,s:o}]", "op", "-", "table", "fdcq2", "row",
		ended, "op", "+", "table", "h", "row", unit, "op", "-", "table", "qlr", "row", gone);
}

static void a_message_says_the_entry(void **state)
{
	struct access_head h = {ID, "110101", "110101261127000009", "示例中心",
		"110101001001GB00001F00010101", "4", "200", "2026-11-27T01:02:03.456Z", "", "旧证", 1, 0};
	struct buf text, signedtext;
	json_t *rows = rows_made(), *said = NULL;
	struct err_note note = {0};
	(void)state;
	buf_init(&text, ACCESS_MESSAGE_MAX);
	buf_init(&signedtext, ACCESS_MESSAGE_MAX);
	assert_int_equal(access_message(&h, rows, &text), 0);
	const char *t = (const char *)text.p;
	assert_non_null(strstr(t, "<QLF_FW_FDCQ_YZ BSM=\"7\""));
	assert_non_null(strstr(t, "DJSJ=\"2026-11-27T00:00:00\"")); /* in China */
	assert_non_null(strstr(t, "QSZT=\"2\""));
	assert_non_null(strstr(t, "ZL=\"&lt;示例路&gt;&quot;1&quot;号\""));
	assert_non_null(strstr(t, "JZMJ=\"90.5000\""));
	assert_null(strstr(
		t, "ZTT_GY_QLR")); /* the holders of what ended are told by the message that made them */
	assert_int_equal(access_message_read(buf_view(&text), &said, &note), 0);
	assert_int_equal(json_int(said, "rows"), 2);
	assert_string_equal(json_str(said, "BizMsgID"), ID);
	assert_string_equal(json_str(said, "RecType"), "2000401");
	assert_string_equal(json_str(said, "CreateDate"), "2026-11-27T09:02:03");
	assert_string_equal(json_str(said, "PreCertID"), "旧证");
	json_decref(said);
	said = NULL;
	assert_int_equal(access_sign(buf_view(&text), view_str("sig"), &signedtext), 0);
	assert_int_equal(access_message_read(buf_view(&signedtext), &said, &note), 0);
	assert_string_equal(json_str(said, "DigitalSign"), "c2ln");
	assert_int_equal(access_sign(buf_view(&signedtext), view_str("sig"), &text), ERR_BUG);
	json_decref(said);
	json_decref(rows);
	buf_fini(&text);
	buf_fini(&signedtext);
}

static void a_day_counts_what_it_lists(void **state)
{
	json_t *entries = json_pack("[{s:s,s:s,s:s,s:s,s:s,s:s},{s:s,s:s,s:s,s:s,s:s,s:s}]", "entry", "1",
		"registration", "100", "right", "4", "unit", "U", "paper", "证", "message", ID, "entry", "2",
		"registration", "800", "right", "99", "unit", "V", "paper", "", "message", "");
	struct access_day d = {"110101", "示例中心", "2026-11-27", entries};
	struct buf text;
	(void)state;
	buf_init(&text, ACCESS_DAILY_MAX);
	assert_int_equal(access_daily(&d, &text), 0);
	const char *t = (const char *)text.p;
	assert_non_null(strstr(t, "<RegisterInfo totalNum=\"2\" FirstReg=\"1\""));
	assert_non_null(strstr(t, "<AccessInfo totalNum=\"1\" FirstReg=\"1\""));
	assert_non_null(strstr(t, "SeizeReg=\"1\" OtherReg=\"0\" BusinessTypeCount=\"2\""));
	assert_non_null(strstr(t, "<RegisterList totalNum=\"2\">"));
	assert_non_null(strstr(t, "<AccessList totalNum=\"1\">"));
	assert_non_null(strstr(t, "SFSB=\"0\""));
	json_decref(entries);
	buf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(a_message_says_the_entry),
		cmocka_unit_test(a_day_counts_what_it_lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
