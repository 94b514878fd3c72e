# SPDX-License-Identifier: BSD-2-Clause
# Modules for tests: what breaks one rule each, what stages any outcome, and
# what was compiled with other versions of the plugin header.  Never
# installed, so that -rpath alone makes them shared.
TEST_MODULE = $(MODULE_FLAGS) -rpath /nowhere
# The same where there is no descriptor to export.
TEST_OBJECT = -module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)

check_LTLIBRARIES += \
	%D%/abi-bad-name.la \
	%D%/abi-borrowed.la \
	%D%/abi-claim-alone.la \
	%D%/abi-create-alone.la \
	%D%/abi-destroy-alone.la \
	%D%/abi-empty.la \
	%D%/libabi-lender.la \
	%D%/abi-magic.la \
	%D%/abi-major-0.la \
	%D%/abi-major.la \
	%D%/abi-may.la \
	%D%/abi-must.la \
	%D%/abi-name.la \
	%D%/abi-newer-host.la \
	%D%/abi-no-name.la \
	%D%/abi-no-plugins.la \
	%D%/abi-none.la \
	%D%/abi-nothing.la \
	%D%/abi-option-choices.la \
	%D%/abi-option-fallback.la \
	%D%/abi-option-name.la \
	%D%/abi-option-reserved.la \
	%D%/abi-option-size.la \
	%D%/abi-option-twice.la \
	%D%/abi-option-type.la \
	%D%/abi-plugin-small.la \
	%D%/abi-small.la \
	%D%/abi-verify-alone.la \
	%D%/fault-attribute.la \
	%D%/fault-both.la \
	%D%/fault-claim-subject.la \
	%D%/fault-claim.la \
	%D%/fault-complete.la \
	%D%/fault-control.la \
	%D%/fault-crash.la \
	%D%/fault-create.la \
	%D%/fault-decline.la \
	%D%/fault-empty.la \
	%D%/fault-late.la \
	%D%/fault-leak.la \
	%D%/fault-long.la \
	%D%/fault-nobody.la \
	%D%/fault-nul.la \
	%D%/fault-outcome.la \
	%D%/fault-path.la \
	%D%/fault-pending.la \
	%D%/fault-twice.la \
	%D%/frozen.la \
	%D%/future.la \
	%D%/remembers.la \
	%D%/scripted.la \
	%D%/wait-silent.la \
	%D%/wait-thread.la

%C%_abi_bad_name_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_claim_alone_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_create_alone_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_destroy_alone_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_empty_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_magic_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_major_0_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_major_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_may_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_must_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_name_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_newer_host_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_no_name_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_no_plugins_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_none_la_LDFLAGS = $(TEST_OBJECT)
%C%_abi_nothing_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_choices_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_fallback_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_name_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_reserved_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_size_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_twice_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_option_type_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_plugin_small_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_small_la_LDFLAGS = $(TEST_MODULE)
%C%_abi_verify_alone_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_attribute_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_both_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_claim_subject_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_claim_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_complete_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_control_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_crash_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_create_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_decline_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_empty_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_late_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_leak_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_long_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_nobody_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_nul_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_outcome_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_path_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_pending_la_LDFLAGS = $(TEST_MODULE)
%C%_fault_twice_la_LDFLAGS = $(TEST_MODULE)
%C%_wait_silent_la_LDFLAGS = $(TEST_MODULE)
%C%_wait_thread_la_LDFLAGS = $(TEST_MODULE)

%C%_remembers_la_SOURCES = %D%/remembers.c
%C%_remembers_la_LDFLAGS = $(TEST_MODULE)
%C%_scripted_la_SOURCES = %D%/scripted.c %D%/scripted-words.h
%C%_scripted_la_LDFLAGS = $(TEST_MODULE)

# One that has the descriptor, and one that has it for a dependency only.
%C%_libabi_lender_la_SOURCES = %D%/abi-lender.c
%C%_libabi_lender_la_LDFLAGS = -avoid-version -shared -rpath /nowhere \
	$(AM_LDFLAGS)
%C%_abi_borrowed_la_LDFLAGS = $(TEST_OBJECT) \
	-Wl,-rpath,$(abs_top_builddir)/%D%/.libs
%C%_abi_borrowed_la_LIBADD = %D%/libabi-lender.la

# The header of 1.0, and one to come that is made of it.
%C%_frozen_la_SOURCES = %D%/frozen.c %D%/sample.h
%C%_frozen_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/abi
%C%_frozen_la_LDFLAGS = $(TEST_MODULE)
%C%_future_la_SOURCES = %D%/future.c %D%/sample.h
%C%_future_la_CPPFLAGS = $(AM_CPPFLAGS) -Itests/abi
%C%_future_la_LDFLAGS = $(TEST_MODULE)
abi_future_module = %D%/future_la-future.lo
$(abi_future_module): tests/abi/plugin-1.9.h

EXTRA_DIST += %D%/plain.h
