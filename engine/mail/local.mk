noinst_LIBRARIES += libmail.a
libmail_a_SOURCES = \
	engine/mail/fold.c \
	engine/mail/fold.h \
	engine/mail/host.c \
	engine/mail/html.c \
	engine/mail/html.h \
	engine/mail/unwrap.c \
	engine/mail/url.c \
	engine/mail/url.h \
	engine/mail/urlfind.c
