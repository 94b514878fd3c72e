# SPDX-License-Identifier: BSD-2-Clause
# Built the way a stranger would: by its own Makefile, from what is installed.
EXTRA_DIST += %D%/example/Makefile %D%/example/example.c
