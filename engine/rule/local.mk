noinst_LIBRARIES += librule.a
librule_a_SOURCES = \
	engine/rule/brand.c \
	engine/rule/brand.h \
	engine/rule/explain.c \
	engine/rule/explain.h \
	engine/rule/explain_json.c \
	engine/rule/quote.c \
	engine/rule/quote.h \
	engine/rule/rebuild.c \
	engine/rule/rebuild.h \
	engine/rule/trial.c \
	engine/rule/trial.h \
	engine/rule/verdict.c \
	engine/rule/verdict.h
