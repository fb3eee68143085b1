noinst_LIBRARIES += libfront.a
libfront_a_SOURCES = \
	engine/front/front.h \
	engine/front/http.c \
	engine/front/http.h \
	engine/front/httpparse.c \
	engine/front/httpparse.h \
	engine/front/milterparse.c \
	engine/front/milterparse.h \
	engine/front/milterreply.c \
	engine/front/milterreply.h \
	engine/front/reply.c \
	engine/front/reply.h \
	engine/front/request.c \
	engine/front/request.h \
	engine/front/spamcparse.c \
	engine/front/spamcparse.h \
	engine/front/symbol.c \
	engine/front/symbol.h
