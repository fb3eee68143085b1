# sources of the program
bin_PROGRAMS += sekisho
sekisho_SOURCES = \
	engine/cli/auth.c \
	engine/cli/brand.c \
	engine/cli/backtest.c \
	engine/cli/backtest.h \
	engine/cli/backtestview.c \
	engine/cli/brands.c \
	engine/cli/brands.h \
	engine/cli/check.c \
	engine/cli/client.c \
	engine/cli/client.h \
	engine/cli/command.h \
	engine/cli/corpus.c \
	engine/cli/corpus.h \
	engine/cli/draft.c \
	engine/cli/explain.c \
	engine/cli/exchange.c \
	engine/cli/exchange.h \
	engine/cli/export.c \
	engine/cli/exportjson.c \
	engine/cli/exporttext.c \
	engine/cli/facts.c \
	engine/cli/findings.c \
	engine/cli/findings.h \
	engine/cli/fmt.c \
	engine/cli/inspect.c \
	engine/cli/job.h \
	engine/cli/layout.c \
	engine/cli/layout.h \
	engine/cli/layoutsame.c \
	engine/cli/linediff.c \
	engine/cli/linediff.h \
	engine/cli/import.c \
	engine/cli/import.h \
	engine/cli/importjson.c \
	engine/cli/importtext.c \
	engine/cli/list.c \
	engine/cli/loader.c \
	engine/cli/loader.h \
	engine/cli/local.c \
	engine/cli/main.c \
	engine/cli/nearmiss.c \
	engine/cli/nearmiss.h \
	engine/cli/nameserver.c \
	engine/cli/nameserver.h \
	engine/cli/new.c \
	engine/cli/options.c \
	engine/cli/options.h \
	engine/cli/remote.c \
	engine/cli/replyview.c \
	engine/cli/replyview.h \
	engine/cli/sample.c \
	engine/cli/schema.c \
	engine/cli/scan.c \
	engine/cli/terminal.c \
	engine/cli/terminal.h \
	engine/cli/test.c \
	engine/cli/token.c \
	engine/cli/trialview.c \
	engine/cli/trialview.h \
	engine/cli/view.c \
	engine/cli/view.h \
	engine/cli/view_json.c
sekisho_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
sekisho_LDADD = libfront.a $(check_libs) $(JANSSON_LIBS)
