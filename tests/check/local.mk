if HAVE_CMOCKA
check_tests = \
	tests/check/test_record \
	tests/check/test_spf

check_PROGRAMS += $(check_tests)
TESTS += $(check_tests)

tests_check_test_spf_SOURCES = tests/check/test_spf.c tests/check/zone.h
tests_check_test_spf_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_spf_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_record_SOURCES = tests/check/test_record.c
tests_check_test_record_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_record_LDADD = $(check_libs) $(CMOCKA_LIBS)
endif
