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
