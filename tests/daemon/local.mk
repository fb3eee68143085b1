# Plugins for the stories, built as their authors would.
check_DATA = tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so
CLEANFILES += tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so
EXTRA_DIST += tests/daemon/plugin_greet.c tests/daemon/plugin_escape.c

tests/daemon/plugin_greet.so: tests/daemon/plugin_greet.c engine/plugin.h
tests/daemon/plugin_escape.so: tests/daemon/plugin_escape.c engine/plugin.h
tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so:
	$(AM_V_at)$(MKDIR_P) tests/daemon
	$(AM_V_CC)$(CC) $(AM_CPPFLAGS) $(CPPFLAGS) $(WARN_CFLAGS) $(CFLAGS) \
	    -fPIC -shared -o $@ $(srcdir)/$(@:.so=.c)

if HAVE_CMOCKA
daemon_tests = \
	tests/daemon/test_config

check_PROGRAMS += $(daemon_tests)
TESTS += $(daemon_tests)

tests_daemon_test_config_SOURCES = \
	tests/daemon/test_config.c
tests_daemon_test_config_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_daemon_test_config_LDADD = libsettings.a $(front_libs) $(CMOCKA_LIBS)
endif
