# tests of engine/rule
if HAVE_CMOCKA
rule_pack_tests = \
	tests/rule/test_condition \
	tests/rule/test_broken \
	tests/rule/test_lint \
	tests/rule/test_list \
	tests/rule/test_listjson \
	tests/rule/test_pack \
	tests/rule/test_packkeys \
	tests/rule/test_pattern \
	tests/rule/test_regex

check_PROGRAMS += $(rule_pack_tests)
TESTS += $(rule_pack_tests)

tests_rule_test_condition_SOURCES = tests/rule/test_condition.c
tests_rule_test_condition_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_condition_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_broken_SOURCES = tests/rule/test_broken.c
tests_rule_test_broken_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_broken_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_lint_SOURCES = tests/rule/test_lint.c
tests_rule_test_lint_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_lint_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_listjson_SOURCES = tests/rule/test_listjson.c
tests_rule_test_listjson_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_listjson_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_list_SOURCES = tests/rule/test_list.c
tests_rule_test_list_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_list_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_pack_SOURCES = tests/rule/test_pack.c
tests_rule_test_pack_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_pack_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_packkeys_SOURCES = tests/rule/test_packkeys.c
tests_rule_test_packkeys_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DTEST_DOC='"$(abs_top_srcdir)/doc"'
tests_rule_test_packkeys_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_pattern_SOURCES = tests/rule/test_pattern.c
tests_rule_test_pattern_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_pattern_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_regex_SOURCES = tests/rule/test_regex.c
tests_rule_test_regex_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_regex_LDADD = $(rule_libs) $(CMOCKA_LIBS)

rule_match_tests = \
	tests/rule/test_extract \
	tests/rule/test_fact \
	tests/rule/test_image \
	tests/rule/test_matcher \
	tests/rule/test_ruleset \
	tests/rule/test_set \
	tests/rule/test_sum \
	tests/rule/test_template

check_PROGRAMS += $(rule_match_tests)
TESTS += $(rule_match_tests)

tests_rule_test_fact_SOURCES = tests/rule/test_fact.c
tests_rule_test_fact_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_fact_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_image_SOURCES = tests/rule/test_image.c
tests_rule_test_image_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_image_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_matcher_SOURCES = tests/rule/test_matcher.c
tests_rule_test_matcher_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_matcher_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_ruleset_SOURCES = tests/rule/test_ruleset.c
tests_rule_test_ruleset_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_ruleset_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_extract_SOURCES = tests/rule/test_extract.c
tests_rule_test_extract_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_extract_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_template_SOURCES = tests/rule/test_template.c
tests_rule_test_template_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_template_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_set_SOURCES = tests/rule/test_set.c
tests_rule_test_set_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_set_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_sum_SOURCES = tests/rule/test_sum.c
tests_rule_test_sum_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_sum_LDADD = $(rule_libs) $(CMOCKA_LIBS)

rule_verdict_tests = \
	tests/rule/test_brand \
	tests/rule/test_explain \
	tests/rule/test_quote \
	tests/rule/test_rulesetimage \
	tests/rule/test_verdict

check_PROGRAMS += $(rule_verdict_tests)
TESTS += $(rule_verdict_tests)
EXTRA_DIST += tests/rule/mail.h tests/rule/rules.h

rule_verdict_flags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DTEST_RULES='"$(abs_top_srcdir)/rules"'

tests_rule_test_brand_SOURCES = tests/rule/test_brand.c
tests_rule_test_brand_CPPFLAGS = $(rule_verdict_flags)
tests_rule_test_brand_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_explain_SOURCES = tests/rule/test_explain.c
tests_rule_test_explain_CPPFLAGS = $(rule_verdict_flags)
tests_rule_test_explain_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_quote_SOURCES = tests/rule/test_quote.c
tests_rule_test_quote_CPPFLAGS = $(rule_verdict_flags)
tests_rule_test_quote_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_rulesetimage_SOURCES = tests/rule/test_rulesetimage.c
tests_rule_test_rulesetimage_CPPFLAGS = $(rule_verdict_flags) \
	-I$(top_srcdir)/tests
tests_rule_test_rulesetimage_LDADD = $(rule_libs) $(CMOCKA_LIBS)

tests_rule_test_verdict_SOURCES = tests/rule/test_verdict.c
tests_rule_test_verdict_CPPFLAGS = $(rule_verdict_flags)
tests_rule_test_verdict_LDADD = $(rule_libs) $(CMOCKA_LIBS)
endif

if HAVE_CMOCKA
check_PROGRAMS += tests/rule/test_packdiff
TESTS += tests/rule/test_packdiff

tests_rule_test_packdiff_SOURCES = tests/rule/test_packdiff.c
tests_rule_test_packdiff_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_packdiff_LDADD = $(rule_libs) $(CMOCKA_LIBS)

check_PROGRAMS += tests/rule/test_trial
TESTS += tests/rule/test_trial

tests_rule_test_trial_SOURCES = tests/rule/test_trial.c
tests_rule_test_trial_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_trial_LDADD = $(rule_libs) $(CMOCKA_LIBS)
endif

if HAVE_CMOCKA
check_PROGRAMS += tests/rule/test_sighting
TESTS += tests/rule/test_sighting

tests_rule_test_sighting_SOURCES = tests/rule/test_sighting.c
tests_rule_test_sighting_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_rule_test_sighting_LDADD = $(rule_libs) $(CMOCKA_LIBS)
endif
