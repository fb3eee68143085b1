noinst_LIBRARIES += libmail.a
libmail_a_SOURCES = \
	engine/mail/compose.c \
	engine/mail/compose.h \
	engine/mail/fold.c \
	engine/mail/fold.h \
	engine/mail/host.c \
	engine/mail/host.h \
	engine/mail/html.c \
	engine/mail/html.h \
	engine/mail/restyle.c \
	engine/mail/restyle.h \
	engine/mail/suffix.c \
	engine/mail/unwrap.c \
	engine/mail/url.c \
	engine/mail/url.h \
	engine/mail/urlfind.c \
	engine/mail/xtest.c \
	engine/mail/xtest.h
