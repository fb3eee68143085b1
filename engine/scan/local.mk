noinst_LIBRARIES += libscan.a
libscan_a_SOURCES = \
	engine/scan/ask.c \
	engine/scan/ask.h \
	engine/scan/asks.c \
	engine/scan/asks.h \
	engine/scan/check.c \
	engine/scan/check.h \
	engine/scan/generation.c \
	engine/scan/generation.h \
	engine/scan/lesson.c \
	engine/scan/lesson.h \
	engine/scan/inhand.c \
	engine/scan/inhand.h \
	engine/scan/keptcount.c \
	engine/scan/keptcount.h \
	engine/scan/learn.c \
	engine/scan/learn.h \
	engine/scan/meter.c \
	engine/scan/meter.h \
	engine/scan/policy.c \
	engine/scan/policy.h \
	engine/scan/pluginload.c \
	engine/scan/pluginload.h \
	engine/plugin.h \
	engine/scan/query.c \
	engine/scan/query.h \
	engine/scan/reputation.c \
	engine/scan/reputation.h \
	engine/scan/scan.c \
	engine/scan/scan.h \
	engine/scan/storerows.h \
	engine/scan/storesettings.c \
	engine/scan/trace.c \
	engine/scan/trace.h \
	engine/scan/world.c \
	engine/scan/world.h \
	engine/scan/worldparts.h
