noinst_LIBRARIES += libcheck.a
libcheck_a_SOURCES = \
	engine/check/arc.c \
	engine/check/arc.h \
	engine/check/auth.c \
	engine/check/auth.h \
	engine/check/dkim.c \
	engine/check/dkim.h \
	engine/check/dkimkey.c \
	engine/check/dkimkey.h \
	engine/check/dkimsignature.c \
	engine/check/dkimsignature.h \
	engine/check/dmarc.c \
	engine/check/dmarc.h \
	engine/check/lookups.c \
	engine/check/lookups.h \
	engine/check/names.h \
	engine/check/seen.c \
	engine/check/seen.h \
	engine/check/signedmail.c \
	engine/check/signedmail.h \
	engine/check/spf.c \
	engine/check/spf.h \
	engine/check/spfmacro.c \
	engine/check/spfmacro.h \
	engine/check/spfrecord.c \
	engine/check/spfrecord.h \
	engine/check/taglist.c \
	engine/check/taglist.h
