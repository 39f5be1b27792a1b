#include "common/crypto/password.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static void test_password(void **state)
{
	(void)state;
	struct buf one, two;
	char longest[1026];
	buf_init(&one, 512);
	buf_init(&two, 512);
	assert_int_equal(password_hash("三网 sanwang", &one), 0);
	assert_int_equal(password_hash("三网 sanwang", &two), 0);
	assert_memory_equal(one.p, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
	assert_false(view_eq(buf_view(&one), buf_view(&two)));
	assert_int_equal(password_check((char *)one.p, "三网 sanwang"), 0);
	static const char *const wrong[] = {"", "三网 sanwan", "三网 sanwang ", "三网 Sanwang"};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(password_check((char *)one.p, wrong[i]), ERR_LOGIN);
	static const char *const broken[] = {"", "x", "$argon2id$v=19$m=65536,t=3,p=1$",
		"$argon2i$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo",
		"$argon2id$v=19$m=1,t=3,p=1$AAAA$AAAA"};
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		assert_int_equal(password_check(broken[i], "三网 sanwang"), ERR_LOGIN);
	one.p[one.n - 1] ^= 4;
	assert_int_equal(password_check((char *)one.p, "三网 sanwang"), ERR_LOGIN);
	memset(longest, 'a', sizeof longest);
	longest[1025] = '\0';
	assert_int_equal(password_hash(longest, &two), ERR_LIMIT);
	assert_int_equal(password_check((char *)two.p, longest), ERR_LOGIN);
	buf_fini(&one);
	buf_fini(&two);
}

/* RFC 9106's own tool made this one: argon2 somesalt -id -t 2 -m 16 -p 1 over "password". */
static void test_vector(void **state)
{
	(void)state;
	static const char phc[] =
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
	assert_int_equal(password_check(phc, "password"), 0);
	assert_int_equal(password_check(phc, "passwort"), ERR_LOGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_password), cmocka_unit_test(test_vector)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
