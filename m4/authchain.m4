dnl SPDX-License-Identifier: BSD-2-Clause
# AUTHCHAIN_TRY_FLAGS(VARIABLE, compile|link, FLAGS)
# Append to VARIABLE each of FLAGS that the toolchain takes without a warning.
AC_DEFUN([AUTHCHAIN_TRY_FLAGS], [
  AS_VAR_SET_IF([$1], [], [$1=])
  for authchain_flag in $3
  do
    AC_MSG_CHECKING([whether the $2 step takes $authchain_flag])
    authchain_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $authchain_flag"
    m4_if([$2], [link], [AC_LINK_IFELSE], [AC_COMPILE_IFELSE])(
      [AC_LANG_PROGRAM([], [])],
      [AS_VAR_APPEND([$1], [" $authchain_flag"])
       AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])])
    CFLAGS=$authchain_save_CFLAGS
  done
  AC_SUBST([$1])
])

# AUTHCHAIN_PEER(NAME, HEADER, LIBRARY, FUNCTION)
# bench/peer-NAME.c is linked where that library can be used.
AC_DEFUN([AUTHCHAIN_PEER], [
  authchain_peer=no
  AC_CHECK_HEADER([$2], [AC_CHECK_LIB([$3], [$4], [authchain_peer=yes])])
  AS_IF([test "$authchain_peer$SAN_FLAGS" = yes],
    [AS_VAR_APPEND([BENCH_PEERS], [" bench/peer-$1.\$(OBJEXT)"])
     AS_VAR_APPEND([BENCH_LIBS], [" -l$3"])
     AS_VAR_APPEND([bench_peers], [" $1"])])
])
