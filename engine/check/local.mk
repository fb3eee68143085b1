noinst_LIBRARIES += libcheck.a
libcheck_a_SOURCES =
