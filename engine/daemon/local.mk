sbin_PROGRAMS += sekishod
sekishod_SOURCES = \
	engine/daemon/config.c \
	engine/daemon/config.h \
	engine/daemon/main.c \
	engine/daemon/options.c \
	engine/daemon/options.h \
	engine/daemon/worker.c \
	engine/daemon/worker.h
sekishod_LDADD = libfront.a libcheck.a $(JANSSON_LIBS) $(scan_libs)
