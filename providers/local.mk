# SPDX-License-Identifier: BSD-2-Clause

# Common to the modules that verify signed tokens.
providers_jwt = %D%/jwt.c %D%/jwt.h
EXTRA_DIST += $(providers_jwt)
