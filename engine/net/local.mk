noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	engine/net/conn.c \
	engine/net/conn.h \
	engine/net/dns.c \
	engine/net/dns.h \
	engine/net/dnscache.c \
	engine/net/dnscache.h \
	engine/net/dnswire.c \
	engine/net/dnswire.h \
	engine/net/listener.c \
	engine/net/listener.h \
	engine/net/lmdb.c \
	engine/net/lmdb.h \
	engine/net/loop.c \
	engine/net/loop.h \
	engine/net/loop_event.h \
	engine/net/resolver.c \
	engine/net/resolver.h \
	engine/net/proxy.c \
	engine/net/proxy.h \
	engine/net/store.c \
	engine/net/store.h \
	engine/net/storeengine.h \
	engine/net/storelmdb.c \
	engine/net/storevalue.c \
	engine/net/tls.c \
	engine/net/tls.h \
	engine/net/tls_ssl.h \
	engine/net/watch.c \
	engine/net/watch.h \
	engine/net/wire.c \
	engine/net/wire.h
