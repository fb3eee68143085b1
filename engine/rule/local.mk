noinst_LIBRARIES += librule.a
librule_a_SOURCES = \
	engine/rule/brand.c \
	engine/rule/brand.h \
	engine/rule/brandindex.c \
	engine/rule/brandindex.h \
	engine/rule/brandlink.c \
	engine/rule/brandlink.h \
	engine/rule/condition.c \
	engine/rule/condition.h \
	engine/rule/expand.c \
	engine/rule/expand.h \
	engine/rule/explain.c \
	engine/rule/explain.h \
	engine/rule/explain_json.c \
	engine/rule/extract.c \
	engine/rule/extract.h \
	engine/rule/fact.c \
	engine/rule/fact.h \
	engine/rule/field.c \
	engine/rule/field.h \
	engine/rule/filetype.c \
	engine/rule/filetype.h \
	engine/rule/hostclass.c \
	engine/rule/hostclass.h \
	engine/rule/hostpattern.c \
	engine/rule/lint.c \
	engine/rule/matcher.c \
	engine/rule/matcher.h \
	engine/rule/pack.c \
	engine/rule/pack.h \
	engine/rule/packbrand.c \
	engine/rule/packgroup.c \
	engine/rule/packlink.c \
	engine/rule/packread.c \
	engine/rule/packread.h \
	engine/rule/packs.c \
	engine/rule/packtest.c \
	engine/rule/packwhen.c \
	engine/rule/pattern.c \
	engine/rule/pattern.h \
	engine/rule/phone.c \
	engine/rule/phone.h \
	engine/rule/phrase.c \
	engine/rule/quote.c \
	engine/rule/quote.h \
	engine/rule/rebuild.c \
	engine/rule/rebuild.h \
	engine/rule/recipients.c \
	engine/rule/recipients.h \
	engine/rule/refang.c \
	engine/rule/refang.h \
	engine/rule/regex.c \
	engine/rule/regex.h \
	engine/rule/say.c \
	engine/rule/set.c \
	engine/rule/set.h \
	engine/rule/sieve.h \
	engine/rule/trackers.c \
	engine/rule/trackers.h \
	engine/rule/trial.c \
	engine/rule/trial.h \
	engine/rule/urlpattern.c \
	engine/rule/verdict.c \
	engine/rule/verdict.h
if WITH_VECTORSCAN
librule_a_SOURCES += engine/rule/matcher_hs.c
else
librule_a_SOURCES += engine/rule/matcher_plain.c
endif
