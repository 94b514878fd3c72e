/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For clang-tidy alone, which sees one file at a time: these always return -1,
 * so a caller that hands their answer on has failed.
 */
#include "config.h" /* before any header of the system */

#include "base/error.h"

#define ac_error(...)        (ac_error(__VA_ARGS__), -1)
#define ac_error_memory(...) (ac_error_memory(__VA_ARGS__), -1)
