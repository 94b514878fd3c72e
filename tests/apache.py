# SPDX-License-Identifier: BSD-2-Clause
"""The real Apache, with what every site of it begins with."""
import os

from e2e import write

MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user")
PATH = "/usr/lib/apache2/modules/mod_%s.so"
MAIN = """ServerRoot %(where)s
ServerName localhost
PidFile %(where)s/apache.pid
ErrorLog %(where)s/apache.errors
DefaultRuntimeDir %(where)s
Listen %(listen)s
StartServers 1
%(modules)s
%(site)s
"""


def command(proxy, modules, site):
    """What starts it as that hosts.Proxy, with these modules besides."""
    loaded = "\n".join("LoadModule %s_module %s" % (name, PATH % name)
                       for name in (*MODULES, *modules))
    main = MAIN % {"where": proxy.where, "modules": loaded, "site": site,
                   "listen": "%s:%d" % proxy.address}
    return [proxy.find(), "-DFOREGROUND", "-f", write(
        os.path.join(proxy.where, "apache.conf"), main, 0o600)]
