/* Foreign and hostile process files: each runs, or is refused by element and line. */
#include "common/workflow/bpmn.h"

#include "common/os/file.h"
#include "common/workflow/bpmn_space.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIR "tests/workflow/bpmn/"

static int read_file(const char *name, struct bpmn **out, struct err_note *note)
{
	char path[256];
	struct buf text;
	snprintf(path, sizeof path, DIR "%s", name);
	buf_init(&text, 4 << 20);
	assert_int_equal(file_read(AT_FDCWD, path, 4 << 20, &text), 0);
	int rc = bpmn_read(buf_view(&text), out, note);
	buf_fini(&text);
	return rc;
}

/* The note is "ID, line N: what" or "line N: what". */
static bool says(const struct err_note *note, const char *id, int line)
{
	char want[160];
	snprintf(want, sizeof want, strcmp(id, "-") == 0 ? "%.0sline %d: " : "%.70s, line %d: ", id, line);
	return strncmp(note->text, want, strlen(want)) == 0 && strlen(note->text) > strlen(want);
}

static void test_listed_files(void **state)
{
	char line[512], name[128], verdict[32], id[256];
	int at, runs = 0, refused = 0;
	FILE *f = fopen(DIR "expect.txt", "re");
	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		struct bpmn *b = NULL;
		struct err_note note = {0};
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%127s %31s %255s %d", name, verdict, id, &at), 4);
		int rc = read_file(name, &b, &note);
		if (strcmp(verdict, "runs") == 0) {
			if (rc != 0)
				fail_msg("%s: %s", name, note.text);
			assert_true(bpmn_space_count(b->markings) > 1);
			runs++;
		} else {
			if (rc == 0 || strcmp(err_name(rc), verdict) != 0 || note.err != rc ||
				!says(&note, id, at))
				fail_msg("%s: %s %s", name, err_name(rc), note.text);
			assert_null(b);
			refused++;
		}
		bpmn_free(b);
	}
	fclose(f);
	print_message(
		"files of others and hostile ones: %d run, %d refused by element and line\n", runs, refused);
	assert_true(runs >= 30 && refused >= 90);
}

/* Every byte of a good file left out, and every prefix: never taken for something it is not, never a crash.
 */
static void test_cut_everywhere(void **state)
{
	struct buf text;
	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(AT_FDCWD, DIR "run-camunda7-claim.bpmn", 1 << 20, &text), 0);
	for (size_t i = 0; i < text.n; i += 7) {
		struct bpmn *b = NULL;
		struct err_note note = {0};
		int rc = bpmn_read(view_of(text.p, i), &b, &note);
		assert_true(rc == ERR_SYNTAX && note.text[0]);
		uint8_t was = text.p[i];
		text.p[i] = '<';
		rc = bpmn_read(buf_view(&text), &b, &note);
		assert_true(rc < 0 || was == '<' || b);
		bpmn_free(b);
		text.p[i] = was;
	}
	buf_fini(&text);
}

static int refused(struct buf *text, struct err_note *note)
{
	struct bpmn *b = NULL;
	int rc = bpmn_read(buf_view(text), &b, note);
	assert_null(b);
	assert_true(rc < 0 && note->text[0]);
	return rc;
}

/* Too large to be kept as files. */
static void test_floods(void **state)
{
	struct buf text;
	struct err_note note = {0};
	(void)state;
	buf_init(&text, 8 << 20);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf_add_str(&text, "<a>"), 0);
	assert_int_equal(refused(&text, &note), ERR_LIMIT);
	buf_reset(&text);
	assert_int_equal(buf_add_str(&text, "<a"), 0);
	for (int i = 0; i < 60000; i++)
		assert_int_equal(buf_addf(&text, " b%d=''", i), 0);
	assert_int_equal(buf_add_str(&text, "/>"), 0);
	assert_int_equal(refused(&text, &note), ERR_LIMIT);
	buf_reset(&text);
	while (text.n <= BPMN_FILE_MAX)
		assert_int_equal(buf_add_str(&text, "<!-- a comment, and another one -->\n"), 0);
	assert_int_equal(refused(&text, &note), ERR_LIMIT);
	buf_reset(&text);
	for (int i = 0; i < 40000; i++)
		assert_int_equal(buf_add_str(&text, "&#x41;"), 0);
	assert_int_equal(refused(&text, &note), ERR_SYNTAX);
	buf_fini(&text);
}

static void test_what_is_read(void **state)
{
	struct bpmn *b = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(read_file("run-script-and-working-days.bpmn", &b, &note), 0);
	const struct bpmn_node *wait = &b->nodes[bpmn_node_find(b, "Wait")],
			       *a = &b->nodes[bpmn_node_find(b, "A")],
			       *second = &b->nodes[bpmn_node_find(b, "B")];
	assert_true(wait->kind == BPMN_CATCH && wait->timer == BPMN_WORKING_DAYS && wait->timer_value == 15);
	assert_string_equal(wait->ref, "notice");
	assert_string_equal(a->ref, "review");
	assert_string_equal(a->role, "case.review");
	assert_string_equal(second->not_by, "A");
	assert_string_equal(second->ref, "B");
	assert_int_equal(b->nprograms, 1);
	assert_false(b->programs[0].condition);
	bpmn_free(b);
	assert_int_equal(read_file("run-camunda7-claim.bpmn", &b, &note), 0);
	assert_string_equal(b->nodes[bpmn_node_find(b, "Activity_0qx8m1c")].role, "clerks");
	assert_string_equal(b->nodes[bpmn_node_find(b, "Activity_1pay")].ref, "payment");
	bpmn_free(b);
	assert_int_equal(read_file("run-date-timer.bpmn", &b, &note), 0);
	assert_int_equal(b->nodes[bpmn_node_find(b, "W")].timer_value, INT64_C(1796083200000));
	bpmn_free(b);
	assert_int_equal(read_file("run-gb18030.bpmn", &b, &note), 0);
	assert_string_equal(b->nodes[bpmn_node_find(b, "A")].name, "不动产登记");
	bpmn_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_listed_files),
		cmocka_unit_test(test_cut_everywhere), cmocka_unit_test(test_floods),
		cmocka_unit_test(test_what_is_read)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
