# Plugins for the stories, built as their authors would.
check_DATA = tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so
CLEANFILES += tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so
EXTRA_DIST += tests/daemon/plugin_greet.c tests/daemon/plugin_escape.c

# what a plugin may see of the engine
plugin_headers = $(wildcard $(srcdir)/engine/*.h $(srcdir)/engine/*/*.h)
tests/daemon/plugin_greet.so: tests/daemon/plugin_greet.c
tests/daemon/plugin_escape.so: tests/daemon/plugin_escape.c
tests/daemon/plugin_greet.so tests/daemon/plugin_escape.so: $(plugin_headers)
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
