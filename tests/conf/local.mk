if HAVE_CMOCKA
conf_tests = \
	tests/conf/test_diag \
	tests/conf/test_node \
	tests/conf/test_scalar \
	tests/conf/test_setting

check_PROGRAMS += $(conf_tests)
TESTS += $(conf_tests)

tests_conf_test_diag_SOURCES = tests/conf/test_diag.c
tests_conf_test_diag_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_diag_LDADD = $(conf_libs) $(CMOCKA_LIBS)

tests_conf_test_node_SOURCES = tests/conf/test_node.c
tests_conf_test_node_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_node_LDADD = $(conf_libs) $(CMOCKA_LIBS)

tests_conf_test_scalar_SOURCES = tests/conf/test_scalar.c
tests_conf_test_scalar_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_scalar_LDADD = $(conf_libs) $(CMOCKA_LIBS)

tests_conf_test_setting_SOURCES = tests/conf/test_setting.c
tests_conf_test_setting_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_setting_LDADD = $(conf_libs) $(CMOCKA_LIBS)
endif
