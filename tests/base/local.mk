if HAVE_CMOCKA
base_tests = \
	tests/base/test_base \
	tests/base/test_chance \
	tests/base/test_counting \
	tests/base/test_file \
	tests/base/test_gang

check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_base_test_base_SOURCES = tests/base/test_base.c
tests_base_test_base_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_base_LDADD = $(base_libs) $(CMOCKA_LIBS)

tests_base_test_chance_SOURCES = tests/base/test_chance.c
tests_base_test_chance_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_chance_LDADD = $(base_libs) $(CMOCKA_LIBS)

tests_base_test_counting_SOURCES = tests/base/test_counting.c
tests_base_test_counting_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_counting_LDADD = $(base_libs) $(CMOCKA_LIBS)

tests_base_test_file_SOURCES = tests/base/test_file.c
tests_base_test_file_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_file_LDADD = $(base_libs) $(CMOCKA_LIBS)

tests_base_test_gang_SOURCES = tests/base/test_gang.c
tests_base_test_gang_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_gang_LDADD = $(base_libs) $(CMOCKA_LIBS)
endif
