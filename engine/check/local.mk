noinst_LIBRARIES += libcheck.a
libcheck_a_SOURCES = \
	engine/check/names.h \
	engine/check/seen.c \
	engine/check/seen.h \
	engine/check/spf.c \
	engine/check/spf.h \
	engine/check/spfmacro.c \
	engine/check/spfmacro.h \
	engine/check/spfrecord.c \
	engine/check/spfrecord.h
