noinst_LIBRARIES += librule.a
librule_a_SOURCES = \
	engine/rule/rebuild.c \
	engine/rule/rebuild.h \
	engine/rule/trial.c \
	engine/rule/trial.h
