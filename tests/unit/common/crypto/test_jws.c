/* Tokens made and signed by another implementation (node:crypto), keys and all; and those that must not be
 * believed. */
#include "common/crypto/jws.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char jwks[] = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"rdbqaEhaLhlHRproaEWTBOd-YDDAFJ37wOBE1bNKtjmn"
			   "OTyUolGiiMwRYb8CdQxcrdFQBNfpyga19X9gAw3vnomaPnSGC7YrSrBsp7y2yIO7wmzCBTpoT6T3pFFD"
			   "tnc9IiUFpeAq82aV9axZxubmFlRv9_iYT0qwYywsa7RqFnmGyG0lJCRApcvcPlWivPvAmKEV0mm3Es58"
			   "wGm5SRKHFsYSbNlTAvorPGeOnXTwyyA4CdeG2_xA75bjzfVVeNVXPYqh-bmfMTAeZm_eTMR6G6GS6A_G"
			   "RYw8x4jGQkXkRg1FQGYR9HU0u_evAW4pnE1nT3Av1K3AL5-RpA5Db0Oj_Q\",\"e\":\"AQAB\",\"ki"
			   "d\":\"r\",\"use\":\"sig\"},{\"kty\":\"EC\",\"x\":\"lv0u4-Pu1Bwn4OnYi8ZZ96K4Xt04D"
			   "CcbxieY0HqXSRM\",\"y\":\"AltBgFgW8uYNpLH3MCBYOAr_Y4qtK8GOfDh0feSBNRI\",\"crv\":"
			   "\"P-256\",\"kid\":\"e\",\"use\":\"sig\"}]}";
static const char twins[] = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"rdbqaEhaLhlHRproaEWTBOd-YDDAFJ37wOBE1bNKtjmn"
			    "OTyUolGiiMwRYb8CdQxcrdFQBNfpyga19X9gAw3vnomaPnSGC7YrSrBsp7y2yIO7wmzCBTpoT6T3pFFD"
			    "tnc9IiUFpeAq82aV9axZxubmFlRv9_iYT0qwYywsa7RqFnmGyG0lJCRApcvcPlWivPvAmKEV0mm3Es58"
			    "wGm5SRKHFsYSbNlTAvorPGeOnXTwyyA4CdeG2_xA75bjzfVVeNVXPYqh-bmfMTAeZm_eTMR6G6GS6A_G"
			    "RYw8x4jGQkXkRg1FQGYR9HU0u_evAW4pnE1nT3Av1K3AL5-RpA5Db0Oj_Q\",\"e\":\"AQAB\",\"ki"
			    "d\":\"a\",\"use\":\"sig\"},{\"kty\":\"RSA\",\"n\":\"rdbqaEhaLhlHRproaEWTBOd-YDDA"
			    "FJ37wOBE1bNKtjmnOTyUolGiiMwRYb8CdQxcrdFQBNfpyga19X9gAw3vnomaPnSGC7YrSrBsp7y2yIO7"
			    "wmzCBTpoT6T3pFFDtnc9IiUFpeAq82aV9axZxubmFlRv9_iYT0qwYywsa7RqFnmGyG0lJCRApcvcPlWi"
			    "vPvAmKEV0mm3Es58wGm5SRKHFsYSbNlTAvorPGeOnXTwyyA4CdeG2_xA75bjzfVVeNVXPYqh-bmfMTAe"
			    "Zm_eTMR6G6GS6A_GRYw8x4jGQkXkRg1FQGYR9HU0u_evAW4pnE1nT3Av1K3AL5-RpA5Db0Oj_Q\",\"e"
			    "\":\"AQAB\",\"kid\":\"b\",\"use\":\"sig\"}]}";
static const char rs256[] = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
			    "iIxIn0.jBypSX_WC89hI2c75_yda9mKbyfj7r_U_-aLH5fCwjBdoghNHY-kbPdbXzKRssbY5RYsDPHro"
			    "4gqaYCG95i4bl7p0LV1HZY3E0yn2sz8DGiWkkthoW1lwsRRJJfy6DQwIoE1jPIfZQd098tK5txXJU9wk"
			    "U9fp3Msy52d_yXVZUKZ2JZ_69qMkRA4g_I3HM31QY4fQYvar6D0h9ZKOLEp3Z7JeSiW8b4PX6yIYSHAo"
			    "iSN9g9HEhMpaqD3vu03YnaxM9eImqItGiOdOjrsDZIZUm2WUChYLdLrKNyg9uw_frn3AR4x9TmlmMBdj"
			    "6GwCGlmD_c0E_BGWJgAWlhQAfI8LA";
static const char ps256[] = "eyJhbGciOiJQUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
			    "iIxIn0.gmPflNIsYjudFACicd2pAwtxuXOc4VQ1hV9erQVWW6sYHKyrRr0R0rslX3Sx2B6inkqkysgLI"
			    "eKj6hF6MpU-BNPPrku4SpZqJnlysfx9IieaL6NhGEiq_3DzhcchlacoKwT8Frac-4Mb6fia5dXvG41MY"
			    "1sSkLykz0PCdTKHCeRKMMSyiDbVRzO7fYifA-N-kxJF2SgLfL4Ntrs1b9kYRgnDXlLDilcSH1PZpNPV7"
			    "ychsNbbHrKX51lxy4fA1aMu6Pnlhy2ONLpLG3Jux7Xvvh39iJ4uk3h1cUPxHB-A09JDofqNcoug9g6tY"
			    "36k1EMr1IxIjy8sMZrnWUBLYyPhsw";
static const char es256[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
			    "iIxIn0.BNrWpo2j5owz3ftPbwtJFxin5nKPvFpqaTOiFuyr-OluD9sxCsS5eVcibJG4xalOf2nKuRDHf"
			    "p12i6RakueyKA";
static const char no_kid[] =
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiIxIn0.V3zP8Eu"
	"H4g1uvuJvSHFhMXh5dsVWCpczunkKoyCfWfgHssvbYpue6Nbzi4vFjqfDxbbdYdypQ_WerWwCRd5fbA";
static const char no_kid_rsa[] =
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiIxIn0.JqNGYjK"
	"MFUQCk8h8LFlXXDUhwI2e1yed_sFuKQ22suZDfQcbBGr-aVu1HXwI3Leg_TvgcHWxSmIh_27U8zqtyK0"
	"7eXN6Hy0kmuiTkfXMy-q-HvLYyOSpLpEQfjD7fr6rx0HZQRVlvjO5gUj1bmYCg010MMWyseh8Vp17FKb"
	"s9mkRjMxclqhysUkdb1eA6iyz-Y8ABJofcXgHUNO5IAV2l3j0Yf0fk-Q_RU5R24R5UKLOumHPxnFy-kb"
	"I6PQr2hWNeVcE2RLWmptJgLoeeXO6w7JohXGVGYjZShnvzqpWRrX2WfbPoKtZtd0eadE-UqUJ_f48Kub"
	"NeYg1edQtNyIIMg";
static const char other_kid[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
	"iIxIn0.sTdooEaE2kKnPehnFIuK2IABQZp80sFSGe0nnwnoDO29wMexl-BXJj39nJAZsvEA-CVfwK7tO"
	"xhl-PKS0UqSWA";
static const char kid_of_rsa[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
	"iIxIn0.n-67M1u3LaSUFPqvAJRkTIA29LQp7PRKJbVd460ODWth0rT3WFIrGsuDZNwhFSSmwKsdAYhfG"
	"NeG6ahqtkHblg";
static const char none[] = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiIxIn0.";
static const char shared[] =
	"eyJhbGciOiJIUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
	"iIxIn0.rEOJtPeDTAkSd8937-d3_z4_jrflwK4goPOBJ0zK590";
static const char crit[] = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIiLCJjcml0IjpbImV4cCJdfQ.eyJpc3MiOiJodHRwczovL2lkL"
			   "mV4YW1wbGUiLCJzdWIiOiIxIn0.Bz6JvDp6foM3rspuSZENvjectWSXiRcAM0cKnUT8sOGhGwMFXoYC1"
			   "GTOGLOheZFUN4hlv2b6GbiNtlwjiLY0jaC3BiWbdZs2clJ6dZghE1nFya_kZgyNlUdu6nuYQ6_yLUuXp"
			   "iwCExhWTn0RdUNyWIOuVl3ClTil56EHL2wnJeg8wcLeK3O8BkIQSbGb5KyEfCpmgiwe6LXxdRXDUoQrW"
			   "FJkiMTTmcDqDaMbjH29FrAX7yMEPtAZ-gau2hs13d-IFhRZJidedRC_4DGwrYEbxCTaFYndq831GwlMv"
			   "rlTV45EYMDIaj042TCfXz394EFkVONKkU2FahPMFb5g4MxuhQ";
static const char other_text[] =
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
	"iIyIn0.jBypSX_WC89hI2c75_yda9mKbyfj7r_U_-aLH5fCwjBdoghNHY-kbPdbXzKRssbY5RYsDPHro"
	"4gqaYCG95i4bl7p0LV1HZY3E0yn2sz8DGiWkkthoW1lwsRRJJfy6DQwIoE1jPIfZQd098tK5txXJU9wk"
	"U9fp3Msy52d_yXVZUKZ2JZ_69qMkRA4g_I3HM31QY4fQYvar6D0h9ZKOLEp3Z7JeSiW8b4PX6yIYSHAo"
	"iSN9g9HEhMpaqD3vu03YnaxM9eImqItGiOdOjrsDZIZUm2WUChYLdLrKNyg9uw_frn3AR4x9TmlmMBdj"
	"6GwCGlmD_c0E_BGWJgAWlhQAfI8LA";
static const char der[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO"
			  "iIxIn0.MEUCIQD3TgGYlkupzD9lG_Za0K1bhEvIf7TbJmw6RtAahao9VwIgDwy79M3StxvEGnDheu0HS"
			  "BPWPHM0pA9UuIb5a72SkYo";

static int opened(const char *token, const char *keys)
{
	struct err_note note = {0};
	json_t *k = NULL, *payload = NULL;
	assert_int_equal(json_parse(view_str(keys), 1 << 16, &k, NULL), 0);
	int rc = jws_open(token, k, &payload, &note);
	if (rc == 0)
		assert_string_equal(json_str(payload, "iss"), "https://id.example");
	else
		assert_true(note.text[0]);
	json_decref(payload);
	json_decref(k);
	return rc;
}

static void good(void **state)
{
	(void)state;
	assert_int_equal(opened(rs256, jwks), 0);
	assert_int_equal(opened(ps256, jwks), 0);
	assert_int_equal(opened(es256, jwks), 0);
	assert_int_equal(opened(no_kid, jwks), 0); /* the only key of its kind */
}

static void not_believed(void **state)
{
	static const struct {
		const char *token, *keys;
		int err;
	} rows[] = {{none, jwks, ERR_SCHEMA}, {shared, jwks, ERR_SCHEMA}, {crit, jwks, ERR_SCHEMA},
		{other_kid, jwks, ERR_KEY}, {kid_of_rsa, jwks, ERR_KEY}, {no_kid_rsa, twins, ERR_KEY},
		{rs256, twins, ERR_KEY}, {other_text, jwks, ERR_SIGNATURE}, {der, jwks, ERR_SIGNATURE},
		{"", jwks, ERR_SYNTAX}, {"a.b", jwks, ERR_SYNTAX}, {"a.b.c.d", jwks, ERR_SYNTAX},
		{rs256, "{\"keys\":[]}", ERR_KEY}, {rs256, "{}", ERR_KEY}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(opened(rows[i].token, rows[i].keys), rows[i].err);
}

/* Every changed character of a good token: never believed with another content. */
static void changed(void **state)
{
	char token[2048];
	(void)state;
	for (size_t i = 0; i + 2 < sizeof es256; i++) {
		memcpy(token, es256, sizeof es256);
		token[i] = token[i] == 'A' ? 'B' : 'A';
		/* The last character of a part may hold bits that say nothing. */
		bool last = es256[i + 1] == '.';
		if (!last)
			assert_true(opened(token, jwks) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good), cmocka_unit_test(not_believed), cmocka_unit_test(changed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
