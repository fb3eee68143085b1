/* SPDX-License-Identifier: Apache-2.0 */
/* DMARC records, alignment and walks; sections are those of RFC 9989. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check/dmarc.h"
#include "zone.h"

static const char *const world[] = {
	"_dmarc.d.example TXT v=DMARC1; p=reject; sp=quarantine",
	"sub.d.example A 192.0.2.1",
	"_dmarc.own.d.example TXT v=DMARC1; p=none",
	"_dmarc.dead.d.example FAIL x",
	"_dmarc.strict.example TXT v=DMARC1; p=reject; adkim=s; aspf=S",
	"_dmarc.half.example TXT v=DMARC1; p=reject; adkim=s; aspf=r",
	/* np, and names that are there or not */
	"_dmarc.np.example TXT v=DMARC1; p=none; sp=quarantine; np=reject",
	"mail.np.example A 192.0.2.1",
	"text.np.example TXT nothing else",
	"dead.np.example FAIL x",
	"_dmarc.dead.np.example A 192.0.2.1",
	"_dmarc.onlynp.example TXT v=DMARC1; p=none; np=reject",
	"there.onlynp.example A 192.0.2.1",
	/* psd */
	"_dmarc.suffix.example TXT v=DMARC1; p=reject; sp=quarantine; psd=y",
	"_dmarc.shop.suffix.example TXT v=DMARC1; p=none",
	"_dmarc.psdnp.example TXT v=DMARC1; p=none; psd=y; np=reject; "
	    "sp=quarantine",
	"is.psdnp.example A 192.0.2.1",
	"_dmarc.below.n.example TXT v=DMARC1; p=quarantine; psd=n",
	"_dmarc.n.example TXT v=DMARC1; p=reject",
	"_dmarc.u.example TXT v=DMARC1; p=reject; psd=u",
	/* records that are odd */
	"_dmarc.two.example TXT v=DMARC1; p=reject",
	"_dmarc.two.example TXT v=DMARC1; p=none",
	"_dmarc.beside.example TXT some other text",
	"_dmarc.beside.example TXT v=DMARC1; p=reject",
	"_dmarc.version.example TXT v=DMARC2; p=reject",
	"_dmarc.lower.example TXT v=dmarc1; p=reject",
	"_dmarc.last.example TXT p=reject; v=DMARC1",
	"_dmarc.rua.example TXT v=DMARC1; rua=mailto:a@rua.example",
	"_dmarc.badp.example TXT v=DMARC1; p=block; rua=mailto:a@x.example",
	"_dmarc.nop.example TXT v=DMARC1; sp=reject",
	"_dmarc.upper.example TXT v=DMARC1; p=REJECT;",
	"_dmarc.unknown.example TXT v=DMARC1; x=y; p=reject; pct=0",
	"_dmarc.broken.example TXT v=DMARC1; p=reject; p=none",
	"_dmarc.late.example TXT junk; v=DMARC1; p=reject",
	"_dmarc.junk.example TXT v=DMARC1; p=reject; foo; =; 1x=y",
	"_dmarc.empty.example TXT v=DMARC1;; ; p=reject;;",
	"_dmarc.hyphen.example TXT v=DMARC1; x-y=z; p=reject; rua=mailto:a@b.c"
	    "; rua=mailto:d@e.f",
	"_dmarc.co.ps.example TXT v=DMARC1; p=reject; psd=y",
	"_dmarc.ps.example TXT v=DMARC1; p=none",
	"_dmarc.test1.example TXT v=DMARC1; p=reject; t=y",
	"_dmarc.test2.example TXT v=DMARC1; p=quarantine; t=y",
	"_dmarc.test3.example TXT v=DMARC1; p=none; t=y",
	"_dmarc.test4.example TXT v=DMARC1; p=reject; t=n",
	"_dmarc.dead.example FAIL x",
	"_dmarc.up.dead.example TXT v=DMARC1; p=none",
	/* a long name: five below, then seven labels */
	"_dmarc.g.h.i.j.k.l.example TXT v=DMARC1; p=reject",
	NULL
};

struct shown {
	const char *from, *spf, *dkim;
	enum auth_result want;
	const char *policy; /* NULL: no record */
	const char *domain; /* the organizational one */
};

static const struct shown cases[] = {
	/* 4.8 alignment: the same, below, above, beside */
	{ "d.example", "", "", AUTH_FAIL, "reject", "d.example" },
	{ "d.example", "d.example", "", AUTH_PASS, "reject", "d.example" },
	{ "d.example", "", "d.example", AUTH_PASS, "reject", "d.example" },
	{ "D.Example", "d.EXAMPLE", "", AUTH_PASS, "reject", "d.example" },
	{ "d.example", "sub.d.example", "", AUTH_PASS, "reject",
	    "d.example" },
	{ "d.example", "", "a.b.d.example", AUTH_PASS, "reject",
	    "d.example" },
	/* A dot at the end once was no name. */
	{ "d.example.", "d.example.", "", AUTH_PASS, "reject", "d.example" },
	{ "d.example.", "", "d.example.", AUTH_PASS, "reject", "d.example" },
	{ "sub.d.example", "d.example", "", AUTH_PASS, "quarantine",
	    "d.example" },
	{ "sub.d.example", "", "x.d.example", AUTH_PASS, "quarantine",
	    "d.example" },
	{ "d.example", "evild.example", "", AUTH_FAIL, "reject",
	    "d.example" },
	{ "d.example", "d.example.org", "e.example", AUTH_FAIL, "reject",
	    "d.example" },
	{ "d.example", "e.example", "d.example", AUTH_PASS, "reject",
	    "d.example" },
	/* strict */
	{ "strict.example", "strict.example", "", AUTH_PASS, "reject",
	    "strict.example" },
	{ "strict.example", "a.strict.example", "b.strict.example",
	    AUTH_FAIL, "reject", "strict.example" },
	{ "a.strict.example", "strict.example", "", AUTH_FAIL, "reject",
	    "strict.example" },
	{ "half.example", "", "a.half.example", AUTH_FAIL, "reject",
	    "half.example" },
	{ "half.example", "a.half.example", "", AUTH_PASS, "reject",
	    "half.example" },
	/* 4.7 p, sp: of the domain itself, of those below */
	{ "sub.d.example", "", "", AUTH_FAIL, "quarantine", "d.example" },
	{ "own.d.example", "", "", AUTH_FAIL, "none", "d.example" },
	{ "a.own.d.example", "", "", AUTH_FAIL, "quarantine", "d.example" },
	/* np: of those that are not there */
	{ "np.example", "", "", AUTH_FAIL, "none", "np.example" },
	{ "mail.np.example", "", "", AUTH_FAIL, "quarantine", "np.example" },
	{ "text.np.example", "", "", AUTH_FAIL, "quarantine", "np.example" },
	{ "none.np.example", "", "", AUTH_FAIL, "reject", "np.example" },
	{ "dead.np.example", "", "", AUTH_FAIL, "quarantine", "np.example" },
	{ "none.onlynp.example", "", "", AUTH_FAIL, "reject",
	    "onlynp.example" },
	{ "there.onlynp.example", "", "", AUTH_FAIL, "none",
	    "onlynp.example" },
	/* 4.10.2 psd=y: the organization is one label below */
	{ "shop.suffix.example", "", "", AUTH_FAIL, "none",
	    "shop.suffix.example" },
	{ "a.shop.suffix.example", "shop.suffix.example", "", AUTH_PASS,
	    "none", "shop.suffix.example" },
	{ "a.shop.suffix.example", "other.suffix.example", "", AUTH_FAIL,
	    "none", "shop.suffix.example" },
	{ "suffix.example", "", "", AUTH_FAIL, "reject", "suffix.example" },
	{ "new.psdnp.example", "", "", AUTH_FAIL, "reject",
	    "new.psdnp.example" },
	{ "is.psdnp.example", "", "", AUTH_FAIL, "quarantine",
	    "is.psdnp.example" },
	{ "is.psdnp.example", "psdnp.example", "", AUTH_FAIL, "quarantine",
	    "is.psdnp.example" },
	/* psd=y where the walk begins: what is above has nothing to say */
	{ "co.ps.example", "evil.ps.example", "ps.example", AUTH_FAIL,
	    "reject", "co.ps.example" },
	/* psd=n: it is one, whatever stands above */
	{ "below.n.example", "", "", AUTH_FAIL, "quarantine",
	    "below.n.example" },
	{ "a.below.n.example", "below.n.example", "", AUTH_PASS,
	    "quarantine", "below.n.example" },
	{ "below.n.example", "n.example", "", AUTH_FAIL, "quarantine",
	    "below.n.example" },
	{ "u.example", "a.u.example", "", AUTH_PASS, "reject", "u.example" },
	/* 4.10 step 2 which text is the record */
	{ "two.example", "two.example", "", AUTH_NONE, NULL, NULL },
	{ "a.two.example", "", "", AUTH_NONE, NULL, NULL },
	{ "beside.example", "", "", AUTH_FAIL, "reject", "beside.example" },
	{ "version.example", "", "", AUTH_NONE, NULL, NULL },
	{ "lower.example", "", "", AUTH_NONE, NULL, NULL },
	{ "last.example", "", "", AUTH_NONE, NULL, NULL },
	{ "late.example", "", "", AUTH_NONE, NULL, NULL },
	{ "nothing.example", "nothing.example", "", AUTH_NONE, NULL, NULL },
	/* 4.7 tags that are missing, odd, unknown, gone */
	{ "rua.example", "", "", AUTH_FAIL, "none", "rua.example" },
	{ "badp.example", "", "", AUTH_FAIL, "none", "badp.example" },
	{ "nop.example", "nop.example", "", AUTH_NONE, NULL, NULL },
	{ "upper.example", "", "", AUTH_FAIL, "reject", "upper.example" },
	{ "unknown.example", "", "", AUTH_FAIL, "reject",
	    "unknown.example" },
	/* RFC 7489 6.3: what is wrong behind the version is passed over */
	{ "broken.example", "", "", AUTH_FAIL, "reject", "broken.example" },
	{ "junk.example", "", "", AUTH_FAIL, "reject", "junk.example" },
	{ "empty.example", "", "", AUTH_FAIL, "reject", "empty.example" },
	{ "hyphen.example", "", "", AUTH_FAIL, "reject", "hyphen.example" },
	/* t=y: one step less */
	{ "test1.example", "", "", AUTH_FAIL, "quarantine",
	    "test1.example" },
	{ "test2.example", "", "", AUTH_FAIL, "none", "test2.example" },
	{ "test3.example", "", "", AUTH_FAIL, "none", "test3.example" },
	{ "test4.example", "", "", AUTH_FAIL, "reject", "test4.example" },
	/* no answer, of From and of who is to be aligned */
	{ "dead.example", "dead.example", "", AUTH_TEMPERROR, NULL, NULL },
	{ "d.example", "dead.d.example", "", AUTH_TEMPERROR, "reject",
	    "d.example" },
	/* a stranger cannot be aligned, whether its servers answer or not */
	{ "d.example", "dead.example", "dead.example", AUTH_FAIL, "reject",
	    "d.example" },
	{ "d.example", "dead.example", "d.example", AUTH_PASS, "reject",
	    "d.example" },
	/* 4.10 a name of more than eight labels */
	{ "a.b.c.d.e.f.g.h.i.j.k.l.example", "", "", AUTH_FAIL, "reject",
	    "g.h.i.j.k.l.example" },
	{ "a.b.c.d.e.f.g.h.i.j.k.l.example", "z.g.h.i.j.k.l.example", "",
	    AUTH_PASS, "reject", "g.h.i.j.k.l.example" },
	/* what is no domain */
	{ "", "d.example", "d.example", AUTH_NONE, NULL, NULL },
	{ "a..example", "a..example", "", AUTH_NONE, NULL, NULL },
	{ "d.example", "a..b", "..", AUTH_FAIL, "reject", "d.example" },
};

static struct dmarc_verdict
check(struct zone *z, const struct shown *c)
{
	struct names names = { zone_find, z };
	struct dmarc_query q = { .from = str_of(c->from),
		.spf = str_of(c->spf), .dkim = { str_of(c->dkim) },
		.n_dkim = c->dkim[0] != '\0' };
	struct dmarc_verdict v;
	unsigned n = 0;

	while (!dmarc_check(&v, z->arena, &names, &q))
		assert_true(++n < 40);
	return v;
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * nitems(cases); i++) {
		const struct shown *c = &cases[i / 2];
		struct zone z = { .arena = arena_new(), .lines = world,
			.is_lazy = i % 2 != 0 };
		struct dmarc_verdict v = check(&z, c);
		const char *policy = v.record.n == 0 ? "-"
		    : dmarc_policy_name(v.policy);

		if (v.result != c->want || !str_is(str_of(policy),
		    c->policy == NULL ? "-" : c->policy) ||
		    (c->domain != NULL && !str_is(v.domain, c->domain)))
			fail_msg("%s, spf %s, dkim %s: %s, %s, %" STR_FMT,
			    c->from, c->spf, c->dkim,
			    auth_result_name(v.result), policy,
			    STR_ARG(v.domain));
		arena_free(z.arena);
	}
}

/* 4.10: the name itself, then seven labels and fewer. */
static void
test_a_walk_asks_eight_questions_at_most(void **state)
{
	static const char *const asked[] = {
		"16 _dmarc.a.b.c.d.e.f.g.h.i.j.k.l.example",
		"16 _dmarc.g.h.i.j.k.l.example", "16 _dmarc.h.i.j.k.l.example",
		"16 _dmarc.i.j.k.l.example", "16 _dmarc.j.k.l.example",
		"16 _dmarc.k.l.example", "16 _dmarc.l.example",
		"16 _dmarc.example" };
	struct zone z = { .arena = arena_new(), .lines = world,
		.is_lazy = true };
	struct shown c = { .from = "a.b.c.d.e.f.g.h.i.j.k.l.example",
		.spf = "", .dkim = "" };

	(void)state;
	check(&z, &c);
	assert_int_equal(z.n_asked, nitems(asked));
	for (size_t i = 0; i < nitems(asked); i++)
		assert_true(str_is(z.asked[i], asked[i]));
	arena_free(z.arena);
}

static void
test_who_is_aligned_is_named(void **state)
{
	struct zone z = { .arena = arena_new(), .lines = world };
	struct names names = { zone_find, &z };
	struct dmarc_query q = { .from = STR("half.example"),
		.spf = STR("e.example"), .dkim = { STR("e.example"),
		STR("a.half.example"), STR("half.example") }, .n_dkim = 3 };
	struct dmarc_verdict v;

	(void)state;
	assert_true(dmarc_check(&v, z.arena, &names, &q));
	assert_int_equal(v.result, AUTH_PASS);
	assert_int_equal(v.spf.n, 0);
	assert_true(str_is(v.dkim, "half.example"));
	assert_true(v.is_dkim_strict);
	assert_false(v.is_spf_strict);
	assert_true(str_is(v.record_domain, "half.example"));
	arena_free(z.arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_a_walk_asks_eight_questions_at_most),
		cmocka_unit_test(test_who_is_aligned_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
