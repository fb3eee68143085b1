noinst_LIBRARIES += libcheck.a
libcheck_a_SOURCES = \
	engine/check/seen.c \
	engine/check/seen.h
