/* SPDX-License-Identifier: Apache-2.0 */
/* SPF records, good, odd and hostile; sections are those of RFC 7208. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check/spf.h"
#include "check/spfmacro.h"
#include "check/spfrecord.h"
#include "zone.h"

struct shown {
	const char *record;
	const char *ip;
	enum spf_result want;
};

/* Everything but the record of d.example itself. */
static const char *const world[] = {
	"d.example A 192.0.2.10",
	"d.example AAAA 2001:db8::10",
	"d.example MX mx.example",
	"mx.example A 192.0.2.20",
	"mx.example AAAA 2001:db8::20",
	"empty-mx.example MX ",
	"many.example MX h0.example", "many.example MX h1.example",
	"many.example MX h2.example", "many.example MX h3.example",
	"many.example MX h4.example", "many.example MX h5.example",
	"many.example MX h6.example", "many.example MX h7.example",
	"many.example MX h8.example", "many.example MX h9.example",
	"many.example MX mx.example",
	"pass.example TXT v=spf1 ip4:192.0.2.1 -all",
	"fail.example TXT v=spf1 -all exp=why.example",
	"none.example TXT v=spf10 +all",
	"twice.example TXT v=spf1 +all", "twice.example TXT v=spf1 -all",
	"bad.example TXT v=spf1 +all ip4:1",
	"dead.example FAIL ", "never.example NEVER ",
	"some-never.example MX never.example",
	"some-never.example MX mx.example",
	"to-dead.example TXT v=spf1 include:dead.example",
	"round.example TXT v=spf1 include:round.example",
	"1.2.0.192.in-addr.arpa PTR out.d.example",
	"1.2.0.192.in-addr.arpa PTR forged.example",
	"out.d.example A 192.0.2.1",
	"forged.example A 192.0.2.99",
	"1.2.0.192.in-addr._spf.d.example A 127.0.0.2",
	"us.er.d.example A 127.0.0.2",
	"why.example TXT %{i} may not send for %{d}%_(see %{S})",
	"v6.ip6.example A 127.0.0.2",
	NULL
};

static const struct shown records[] = {
	/* 4.6.2 qualifiers, 4.7 the default */
	{ "v=spf1 +all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 ~ALL", "192.0.2.1", SPF_SOFTFAIL },
	{ "v=spf1 ?all", "192.0.2.1", SPF_NEUTRAL },
	{ "V=SPF1", "192.0.2.1", SPF_NEUTRAL },
	{ "v=spf1   -all  ", "192.0.2.1", SPF_FAIL },
	/* 4.6 an error anywhere is one, even behind what matches */
	{ "v=spf1 +all nonsense", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 +all:x", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 +all/8", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip4:192.0.2.0/33", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip4:192.0.2.0/024", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip4:192.0.2", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip4:2001:db8::1", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip4", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ip6:[2001:db8::1]", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 include -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a: -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:museum -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:127.0.0.1 -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:x.example/ -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:x.example/24/64 -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 redirect=pass.example redirect=fail.example", "192.0.2.1",
	    SPF_PERMERROR },
	{ "v=spf1 a:%{x}.example -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:%{i0}.example -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:%{c}.example -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:%(d).example -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 -all unknown=%(", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 unknown=some.thing -all", "192.0.2.1", SPF_FAIL },
	/* 5.6 networks */
	{ "v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 ip4:192.0.2.2/31 -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 ip4:0.0.0.0/0 -all", "203.0.113.9", SPF_PASS },
	{ "v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", SPF_PASS },
	{ "v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", SPF_PASS },
	/* 5.3, 5.4 hosts */
	{ "v=spf1 a -all", "192.0.2.10", SPF_PASS },
	{ "v=spf1 a -all", "2001:db8::10", SPF_PASS },
	{ "v=spf1 a/28//64 -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 a//64 -all", "2001:db8::99", SPF_PASS },
	{ "v=spf1 a//64 -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 a:mx.example/24 -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 mx -all", "192.0.2.20", SPF_PASS },
	{ "v=spf1 mx:d.example//120 -all", "2001:db8::21", SPF_PASS },
	{ "v=spf1 mx:empty-mx.example -all", "192.0.2.20", SPF_FAIL },
	{ "v=spf1 mx:many.example -all", "192.0.2.20", SPF_PERMERROR },
	{ "v=spf1 a:a..example -all", "192.0.2.1", SPF_FAIL },
	/* 5.5 names of the address */
	{ "v=spf1 ptr -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 ptr:example -all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 ptr:forged.example -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 ptr:d.example -all", "192.0.2.2", SPF_FAIL },
	/* 5.7, 7 macros */
	{ "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "192.0.2.1",
	    SPF_PASS },
	{ "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "192.0.2.2",
	    SPF_FAIL },
	{ "v=spf1 exists:%{l1+}.er.%{o} -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 exists:v6.%{v}.example -all", "2001:db8::1", SPF_PASS },
	{ "v=spf1 exists:%{p}.%{d} -all", "192.0.2.1", SPF_FAIL },
	{ "v=spf1 a:%{p} -all", "192.0.2.1", SPF_PASS },
	/* 5.2, 6.1 other records */
	{ "v=spf1 include:pass.example -all", "192.0.2.1", SPF_PASS },
	{ "v=spf1 include:fail.example ~all", "192.0.2.1", SPF_SOFTFAIL },
	{ "v=spf1 include:none.example ~all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 include:twice.example ~all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 include:bad.example ~all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 include:to-dead.example +all", "192.0.2.1",
	    SPF_TEMPERROR },
	{ "v=spf1 include:round.example +all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 redirect=pass.example", "192.0.2.1", SPF_PASS },
	{ "v=spf1 redirect=pass.example", "192.0.2.2", SPF_FAIL },
	{ "v=spf1 redirect=none.example", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 redirect=fail.example ip4:192.0.2.0/24", "192.0.2.1",
	    SPF_PASS },
	/* 4.6.4 bounds */
	{ "v=spf1 a a a a a a a a a a ip4:192.0.2.1 -all", "192.0.2.1",
	    SPF_PASS },
	{ "v=spf1 a a a a a a a a a a a +all", "192.0.2.1", SPF_PERMERROR },
	{ "v=spf1 a:no1.example a:no2.example +all", "192.0.2.1",
	    SPF_PASS },
	{ "v=spf1 a:no1.example a:no2.example a:no3.example +all",
	    "192.0.2.1", SPF_PERMERROR },
	/* What must not be asked for once made all its mail undecided. */
	{ "v=spf1 a:never.example mx:some-never.example ip4:192.0.2.1 -all",
	    "192.0.2.1", SPF_PASS },
	{ "v=spf1 a:never.example mx:some-never.example ip4:192.0.2.1 -all",
	    "192.0.2.20", SPF_PASS },
	{ "v=spf1 a:never.example mx:some-never.example ip4:192.0.2.1 -all",
	    "192.0.2.2", SPF_FAIL },
	{ "v=spf1 include:never.example -all", "192.0.2.1", SPF_TEMPERROR },
	{ "v=spf1 a:dead.example +all", "192.0.2.1", SPF_TEMPERROR },
	{ "v=spf1 exists:dead.example +all", "192.0.2.1", SPF_TEMPERROR },
};

/* As often as it takes; how many times. */
static unsigned
check(struct spf_verdict *out, struct zone *z, const char *ip,
    const char *domain)
{
	struct names names = { zone_find, z };
	struct spf_query q = { .domain = str_of(domain),
		.sender = STR("user+us@d.example"), .helo = STR("helo.example"),
		.receiver = STR("mx.here.example"), .now = 1234567890 };
	unsigned n = 0;

	assert_true(addr_parse(str_of(ip), &q.ip));
	do {
		spf_check(out, z->arena, &names, &q);
		assert_true(++n < 100);
	} while (out->result == SPF_PENDING);
	return n;
}

static enum spf_result
check_record(const char *record, const char *ip, bool is_lazy)
{
	const char *lines[nitems(world) + 1];
	struct zone z = { .arena = arena_new(), .lines = lines,
		.is_lazy = is_lazy };
	struct spf_verdict v;
	char line[600];

	snprintf(line, sizeof(line), "d.example TXT %s", record);
	memcpy(lines, world, sizeof(world));
	lines[nitems(world) - 1] = line;
	lines[nitems(world)] = NULL;
	check(&v, &z, ip, "d.example");
	if ((v.result == SPF_PERMERROR || v.result == SPF_TEMPERROR) !=
	    (v.problem.n != 0))
		fail_msg("%s: an error without a problem, or the other way",
		    record);
	arena_free(z.arena);
	return v.result;
}

static void
test_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(records); i++) {
		const struct shown *r = &records[i];
		enum spf_result got = check_record(r->record, r->ip, false),
		    lazy = check_record(r->record, r->ip, true);

		if (got != r->want || lazy != got)
			fail_msg("%s for %s: %s, later %s, wanted %s",
			    r->record, r->ip, spf_result_name(got),
			    spf_result_name(lazy),
			    spf_result_name(r->want));
	}
}

static void
test_domains_without_a_record_are_none(void **state)
{
	static const char *const domains[] = { "none.example", "no.example",
		"localhost", "a..example", "", "a b.example" };
	struct zone z = { .arena = arena_new(), .lines = world };
	struct spf_verdict v;

	(void)state;
	for (size_t i = 0; i < nitems(domains); i++) {
		check(&v, &z, "192.0.2.1", domains[i]);
		assert_int_equal(v.result, SPF_NONE);
	}
	check(&v, &z, "192.0.2.1", "dead.example");
	assert_int_equal(v.result, SPF_TEMPERROR);
	arena_free(z.arena);
}

static void
test_a_fail_is_explained_in_the_words_of_the_domain(void **state)
{
	struct zone z = { .arena = arena_new(), .lines = world };
	struct spf_verdict v;

	(void)state;
	check(&v, &z, "192.0.2.1", "fail.example");
	assert_int_equal(v.result, SPF_FAIL);
	assert_true(str_is(v.term, "-all"));
	assert_true(str_is(v.explanation, "192.0.2.1 may not send for "
	    "fail.example (see user%2Bus%40d.example)"));
	arena_free(z.arena);
}

static void
test_hosts_of_an_mx_are_asked_for_together(void **state)
{
	static const char *const lines[] = {
		"d.example TXT v=spf1 mx -all",
		"d.example MX a.example", "d.example MX b.example",
		"d.example MX c.example", "c.example A 192.0.2.1", NULL
	};
	struct zone z = { .arena = arena_new(), .lines = lines,
		.is_lazy = true };
	struct spf_verdict v;

	(void)state;
	/* The record, the hosts, their addresses, and then all is there. */
	assert_int_equal(check(&v, &z, "192.0.2.1", "d.example"), 4);
	assert_int_equal(v.result, SPF_PASS);
	arena_free(z.arena);
}

/* The examples of 7.4. */
static void
test_macros_expand_as_in_the_examples(void **state)
{
	static const struct { const char *macro, *ip, *want; } shown[] = {
		{ "%{s}", "192.0.2.3", "strong-bad@email.example.com" },
		{ "%{o}", "192.0.2.3", "email.example.com" },
		{ "%{d}", "192.0.2.3", "email.example.com" },
		{ "%{d4}", "192.0.2.3", "email.example.com" },
		{ "%{d1}", "192.0.2.3", "com" },
		{ "%{dr}", "192.0.2.3", "com.example.email" },
		{ "%{d2r}", "192.0.2.3", "example.email" },
		{ "%{l}", "192.0.2.3", "strong-bad" },
		{ "%{l-}", "192.0.2.3", "strong.bad" },
		{ "%{lr}", "192.0.2.3", "strong-bad" },
		{ "%{lr-}", "192.0.2.3", "bad.strong" },
		{ "%{l1r-}", "192.0.2.3", "strong" },
		{ "%{ir}.%{v}._spf.%{d2}", "192.0.2.3",
		    "3.2.0.192.in-addr._spf.example.com" },
		{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "192.0.2.3",
		    "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
		{ "%{d2}.trusted-domains.example.net", "192.0.2.3",
		    "example.com.trusted-domains.example.net" },
		{ "%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01",
		    "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0."
		    "0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com" },
		{ "%%%_%-%{t}", "192.0.2.3", "% %201700000000" },
		{ "%{h}%{p}%{r}%{c}", "2001:db8::1",
		    "mx.example.orgunknownunknown2001:db8::1" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++) {
		struct spf_values v = { .local = STR("strong-bad"),
			.sender_domain = STR("email.example.com"),
			.domain = STR("email.example.com"),
			.helo = STR("mx.example.org"), .now = 1700000000 };
		struct str got;

		assert_true(addr_parse(str_of(shown[i].ip), &v.ip));
		assert_true(spf_is_macro_string(str_of(shown[i].macro), true));
		got = spf_macro_expand(a, str_of(shown[i].macro), &v);
		if (!str_is(got, shown[i].want))
			fail_msg("%s: %" STR_FMT, shown[i].macro,
			    STR_ARG(got));
	}
	arena_free(a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_domains_without_a_record_are_none),
		cmocka_unit_test(
		    test_a_fail_is_explained_in_the_words_of_the_domain),
		cmocka_unit_test(test_hosts_of_an_mx_are_asked_for_together),
		cmocka_unit_test(test_macros_expand_as_in_the_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
