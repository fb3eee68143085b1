if HAVE_CMOCKA
scan_tests = \
	tests/scan/test_inhand \
	tests/scan/test_keptcount \
	tests/scan/test_policy \
	tests/scan/test_reputation \
	tests/scan/test_scan

check_PROGRAMS += $(scan_tests)
TESTS += $(scan_tests)

tests_scan_test_inhand_SOURCES = tests/scan/test_inhand.c
tests_scan_test_inhand_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_scan_test_inhand_LDADD = $(scan_libs) $(CMOCKA_LIBS)
tests_scan_test_keptcount_SOURCES = tests/scan/test_keptcount.c
tests_scan_test_keptcount_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_scan_test_keptcount_LDADD = $(scan_libs) $(CMOCKA_LIBS)
tests_scan_test_policy_SOURCES = tests/scan/test_policy.c
tests_scan_test_policy_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_scan_test_policy_LDADD = $(scan_libs) $(CMOCKA_LIBS)
tests_scan_test_reputation_SOURCES = tests/scan/test_reputation.c
tests_scan_test_reputation_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_scan_test_reputation_LDADD = $(scan_libs) $(CMOCKA_LIBS)
# Reading, matching and the store are faked by linking.
tests_scan_test_scan_SOURCES = tests/scan/test_scan.c
tests_scan_test_scan_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_scan_test_scan_LDADD = $(scan_libs) $(CMOCKA_LIBS)
endif
