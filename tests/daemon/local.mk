# A plugin for the stories, built as its author would.
check_DATA = tests/daemon/plugin_greet.so
CLEANFILES += tests/daemon/plugin_greet.so
EXTRA_DIST += tests/daemon/plugin_greet.c

tests/daemon/plugin_greet.so: tests/daemon/plugin_greet.c engine/plugin.h
	$(AM_V_at)$(MKDIR_P) tests/daemon
	$(AM_V_CC)$(CC) $(AM_CPPFLAGS) $(CPPFLAGS) $(WARN_CFLAGS) $(CFLAGS) \
	    -fPIC -shared -o $@ $(srcdir)/tests/daemon/plugin_greet.c
