noinst_LIBRARIES += libfront.a
libfront_a_SOURCES = \
	engine/front/action.c \
	engine/front/action.h \
	engine/front/client.h \
	engine/front/door.c \
	engine/front/door.h \
	engine/front/front.c \
	engine/front/front.h \
	engine/front/headers.c \
	engine/front/headers.h \
	engine/front/http.c \
	engine/front/http.h \
	engine/front/httpparse.c \
	engine/front/httpparse.h \
	engine/front/milterparse.c \
	engine/front/milterparse.h \
	engine/front/milterreply.c \
	engine/front/milterreply.h \
	engine/front/job.c \
	engine/front/job.h \
	engine/front/reply.c \
	engine/front/reply.h \
	engine/front/request.c \
	engine/front/request.h \
	engine/front/rewrite.c \
	engine/front/rewrite.h \
	engine/front/spamc.c \
	engine/front/spamc.h \
	engine/front/spamcparse.c \
	engine/front/spamcparse.h \
	engine/front/spamcreply.c \
	engine/front/spamcreply.h \
	engine/front/symbol.c \
	engine/front/symbol.h
