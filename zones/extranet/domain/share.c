#include "zones/extranet/domain/share.h"

__extension__ typedef __int128 wide;

static wide gcd(wide a, wide b)
{
	while (b) {
		wide t = a % b;
		a = b;
		b = t;
	}
	return a;
}

static int lowest(wide num, wide den, struct share *out)
{
	wide g = gcd(num, den);
	if (num < 0 || den < 1)
		return ERR_RANGE;
	num /= g;
	den /= g;
	if (num > SHARE_MAX || den > SHARE_MAX)
		return ERR_RANGE;
	*out = (struct share){(int64_t)num, (int64_t)den};
	return 0;
}

int share_make(int64_t num, int64_t den, struct share *out)
{
	return num < 1 || den < 1 ? ERR_RANGE : lowest(num, den, out);
}

int share_add(struct share a, struct share b, struct share *out)
{
	return lowest((wide)a.num * b.den + (wide)b.num * a.den, (wide)a.den * b.den, out);
}

int share_sub(struct share a, struct share b, struct share *out)
{
	return lowest((wide)a.num * b.den - (wide)b.num * a.den, (wide)a.den * b.den, out);
}

int share_mul(struct share a, struct share b, struct share *out)
{
	return lowest((wide)a.num * b.num, (wide)a.den * b.den, out);
}

int share_compare(struct share a, struct share b)
{
	wide x = (wide)a.num * b.den, y = (wide)b.num * a.den;
	return x < y ? -1 : x > y;
}

int share_common(const struct share *s, size_t n, int64_t *nums, int64_t *den)
{
	wide d = 1;
	for (size_t i = 0; i < n; i++) {
		REQUIRE(s[i].den > 0);
		d = d / gcd(d, s[i].den) * s[i].den;
		if (d > SHARE_MAX)
			return ERR_RANGE;
	}
	for (size_t i = 0; i < n; i++)
		nums[i] = (int64_t)(s[i].num * (d / s[i].den));
	*den = (int64_t)d;
	return 0;
}
