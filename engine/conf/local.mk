noinst_LIBRARIES += libconf.a
libconf_a_SOURCES = \
	engine/conf/diag.h \
	engine/conf/node.h \
	engine/conf/setting.c \
	engine/conf/setting.h
