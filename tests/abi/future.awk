# SPDX-License-Identifier: BSD-2-Clause
# Makes of the header of 1.0 one of a minor version to come: every struct that
# may grow has grown, as the rules allow it, at its end.
/^struct authchain_[a-z_]+ \{/ { name = $2 }
/^};/ {
	if (name == "authchain_host")
		print "\tint (*future_service)(struct authchain_call *call);"
	else if (name == "authchain_plugin")
		print "\tuint32_t (*future_stage)(void *self);"
	else if (name == "authchain_module")
		print "\tconst char *future_note;"
	else if (name == "authchain_option")
		print "\tconst char *future_note;"
	else if (grows)
		print "\tuint64_t future_field;"
	name = ""
	grows = 0
}
name != "" && /^\tsize_t size;/ { grows = 1 }
/^#define AUTHCHAIN_ABI_MINOR/ { sub(/0u/, "9u") }
/^\t\tauthchain_module_plugins  / {
	sub(/authchain_module_plugins  /, "authchain_module_plugins, 0");
}
{ print }
