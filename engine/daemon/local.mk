# What the daemon is told, which the command line shows too.
noinst_LIBRARIES += libsettings.a
libsettings_a_SOURCES = \
	engine/daemon/config.c \
	engine/daemon/config.h \
	engine/daemon/confwhole.c \
	engine/daemon/confwhole.h \
	engine/daemon/dnslistread.c \
	engine/daemon/dnslistread.h \
	engine/daemon/listen.c \
	engine/daemon/listen.h \
	engine/daemon/nevername.c \
	engine/daemon/nevername.h \
	engine/daemon/options.c \
	engine/daemon/options.h \
	engine/daemon/origin.c \
	engine/daemon/origin.h \
	engine/daemon/policyrows.h \
	engine/daemon/said.c \
	engine/daemon/said.h \
	engine/daemon/settings.c \
	engine/daemon/settings.h \
	engine/daemon/teller.c \
	engine/daemon/teller.h \
	engine/daemon/tokens.c \
	engine/daemon/tokens.h

sbin_PROGRAMS += sekishod
sekishod_SOURCES = \
	engine/daemon/board.c \
	engine/daemon/board.h \
	engine/daemon/callfilter.c \
	engine/daemon/callfilter.h \
	engine/daemon/compiler.c \
	engine/daemon/compiler.h \
	engine/daemon/confines.c \
	engine/daemon/confines.h \
	engine/daemon/crew.c \
	engine/daemon/crew.h \
	engine/daemon/desk.c \
	engine/daemon/desk.h \
	engine/daemon/feeds.c \
	engine/daemon/feeds.h \
	engine/daemon/ledger.c \
	engine/daemon/ledger.h \
	engine/daemon/lookout.c \
	engine/daemon/lookout.h \
	engine/daemon/main.c \
	engine/daemon/master.c \
	engine/daemon/master.h \
	engine/daemon/member.c \
	engine/daemon/member.h \
	engine/daemon/nameservers.c \
	engine/daemon/nameservers.h \
	engine/daemon/notify.c \
	engine/daemon/notify.h \
	engine/daemon/paths.c \
	engine/daemon/paths.h \
	engine/daemon/post.c \
	engine/daemon/post.h \
	engine/daemon/quarantine.c \
	engine/daemon/quarantine.h \
	engine/daemon/reload.c \
	engine/daemon/reload.h \
	engine/daemon/sandbox.c \
	engine/daemon/sandbox.h \
	engine/daemon/serving.c \
	engine/daemon/serving.h \
	engine/daemon/talk.c \
	engine/daemon/talk.h \
	engine/daemon/upgrade.c \
	engine/daemon/upgrade.h \
	engine/daemon/user.c \
	engine/daemon/user.h \
	engine/daemon/worker.c \
	engine/daemon/worker.h
# Plugins use what is in the program.
sekishod_LDFLAGS = $(AM_LDFLAGS) -Wl,--export-dynamic
sekishod_LDADD = libsettings.a $(front_libs)
