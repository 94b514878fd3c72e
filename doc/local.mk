# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += \
	%D%/man/authchain.1 \
	%D%/man/authchain-plugins.7 \
	%D%/man/authchain.conf.5 \
	%D%/man/authchain_plugin.3 \
	%D%/man/authchaind.8 \
	%D%/man/libauthchain.3
