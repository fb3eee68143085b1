# tests of engine/conf
if HAVE_CMOCKA
conf_read_tests = \
	tests/conf/test_diag \
	tests/conf/test_node

check_PROGRAMS += $(conf_read_tests)
TESTS += $(conf_read_tests)

tests_conf_test_diag_SOURCES = tests/conf/test_diag.c
tests_conf_test_diag_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_diag_LDADD = $(conf_libs) $(CMOCKA_LIBS)

tests_conf_test_node_SOURCES = tests/conf/test_node.c
tests_conf_test_node_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_node_LDADD = $(conf_libs) $(CMOCKA_LIBS)
endif
