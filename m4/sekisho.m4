# SEKISHO_LIB(VARIABLE, PKG-CONFIG MODULE, DEBIAN PACKAGE, [OTHER WAYS])
# Finds a library that must be there.  What is missing is collected and told
# all at once by SEKISHO_LIBS_DONE, with the package that has it; the line for
# apt-get holds package names only, so that it can be pasted.
AC_DEFUN([SEKISHO_LIB], [
	PKG_CHECK_MODULES([$1], [$2], [],
	    [sekisho_missing="${sekisho_missing}
  $2 (Debian package $3[]m4_ifval([$4], [; $4]))"
	    sekisho_packages="$sekisho_packages $3"])
])

AC_DEFUN([SEKISHO_LIBS_DONE], [
	AS_IF([test -n "$sekisho_missing"], [AC_MSG_ERROR([these libraries were not found by pkg-config:
$sekisho_missing

On Debian and its relatives: apt-get install$sekisho_packages])])
])

# SEKISHO_CFLAG(VARIABLE, FLAG): adds FLAG where the compiler takes it.
AC_DEFUN([SEKISHO_CFLAG], [
	AC_MSG_CHECKING([whether $CC takes $2])
	sekisho_save="$CFLAGS"
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
	    [AC_MSG_RESULT([yes]); $1="$$1 $2"],
	    [AC_MSG_RESULT([no])])
	CFLAGS="$sekisho_save"
])
