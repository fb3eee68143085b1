noinst_LIBRARIES += libconf.a
libconf_a_SOURCES = \
	engine/conf/diag.c \
	engine/conf/diag.h \
	engine/conf/node.c \
	engine/conf/node.h \
	engine/conf/scalar.c \
	engine/conf/scalar.h \
	engine/conf/setting.c \
	engine/conf/setting.h \
	engine/conf/settingtext.c \
	engine/conf/trap.c \
	engine/conf/trap.h \
	engine/conf/unit.c \
	engine/conf/unit.h
