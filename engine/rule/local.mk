noinst_LIBRARIES += librule.a
librule_a_SOURCES =
