#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Generate configure and the Makefile.in files from a git checkout.
set -eu
cd "$(dirname "$0")"
exec autoreconf --force --install --warnings=all
