if HAVE_CMOCKA
conf_tests = \
	tests/conf/test_setting

check_PROGRAMS += $(conf_tests)
TESTS += $(conf_tests)

tests_conf_test_setting_SOURCES = tests/conf/test_setting.c
tests_conf_test_setting_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_setting_LDADD = $(conf_libs) $(CMOCKA_LIBS)
endif
