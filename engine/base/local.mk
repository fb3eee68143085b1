noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	engine/base/addr.c \
	engine/base/addr.h \
	engine/base/arena.c \
	engine/base/arena.h \
	engine/base/buf.c \
	engine/base/buf.h \
	engine/base/clock.c \
	engine/base/clock.h \
	engine/base/crew.c \
	engine/base/crew.h \
	engine/base/err.c \
	engine/base/err.h \
	engine/base/file.c \
	engine/base/file.h \
	engine/base/gang.c \
	engine/base/gang.h \
	engine/base/hash.c \
	engine/base/hash.h \
	engine/base/json.c \
	engine/base/json.h \
	engine/base/log.c \
	engine/base/log.h \
	engine/base/map.c \
	engine/base/map.h \
	engine/base/str.c \
	engine/base/str.h \
	engine/base/suggest.c \
	engine/base/suggest.h \
	engine/base/utf8.c \
	engine/base/utf8.h \
	engine/base/utf8block.c \
	engine/base/utf8block.h \
	engine/base/vec.c \
	engine/base/vec.h
