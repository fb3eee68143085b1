noinst_LIBRARIES += libfront.a
libfront_a_SOURCES = \
	engine/front/httpparse.c \
	engine/front/httpparse.h
