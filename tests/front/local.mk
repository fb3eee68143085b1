if HAVE_CMOCKA
front_tests = \
	tests/front/test_httpparse

check_PROGRAMS += $(front_tests)
TESTS += $(front_tests)

tests_front_test_httpparse_SOURCES = tests/front/test_httpparse.c
tests_front_test_httpparse_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_httpparse_LDADD = libfront.a $(base_libs) $(CMOCKA_LIBS)
endif
