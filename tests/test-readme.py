#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of README.md that put a site behind nginx, run as they stand
there: on other ports, with what was built instead of what was installed, and
with what needs root played by the wrappers below."""
import os
import re
import shutil
import signal
import subprocess
import sys

import cli
from authchaind import PROGRAM
from cli import PLUGINS, SOURCE
from e2e import Folder, begin, done, ok, said, same, secret, write
from nginx import NGINX, listening, missing

MAIN = """
pid DIR/nginx.pid;
error_log DIR/nginx.log;
events {}
http {
access_log off;
client_body_temp_path DIR/body;
proxy_temp_path DIR/proxy;
fastcgi_temp_path DIR/fastcgi;
uwsgi_temp_path DIR/uwsgi;
scgi_temp_path DIR/scgi;
include DIR/conf.d/*.conf;
}
"""
NGINX_IS = "%s -p DIR -e DIR/nginx.log -c DIR/nginx.conf" % NGINX + (
    " -g 'user root;'" if os.geteuid() == 0 else "")
WRAPPERS = {
    "sudo": 'exec "$@"',
    "apt-get": 'test "$1" = install',
    "authchain": """test "$1" != snippet || set -- "$@" --template-dir %s/hosts
exec %s "$@"
""" % (SOURCE, cli.PROGRAM),
    "authchaind": """echo $$ >DIR/authchaind.pid
exec %s --plugin-dir %s "$@" >DIR/authchaind.log 2>&1""" % (PROGRAM, PLUGINS),
    "nginx": 'exec %s "$@" 2>DIR/nginx-t.log' % NGINX_IS,
    # The proxy begins when the daemon serves; a person types slower.
    "service": """test "$*" = 'nginx restart' || exit 1
for _ in $(seq 300); do
	test ! -S DIR/socket || break
	sleep 0.1
done
NGINX='FD;' %s >/dev/null 2>&1 &""" % NGINX_IS,
}


def commands():
    """The block of the chapter, without the line that builds."""
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        chapter = file.read().split("## Behind nginx")[1]
    block = re.search(r"\n```sh\n(.*?)\n```\n", chapter, re.S).group(1)
    return re.sub(r"(?m)^scripts/check .*\n", "", block)


def wrap(where, fd):
    for name, text in WRAPPERS.items():
        text = text.replace("DIR", where).replace("FD", str(fd))
        write("%s/bin/%s" % (where, name), "#!/bin/sh\n%s\n" % text, 0o755)
    write(where + "/nginx.conf", MAIN.replace("DIR", where))
    os.mkdir(where + "/conf.d")


def moved(text, where, site, upstream):
    """Where those commands do it here; each place is named in them."""
    for name, value in (
            ("/etc/nginx/conf.d", where + "/conf.d"),
            ("-l 127.0.0.1:9091", "-l unix:%s/socket" % where),
            ("--socket 127.0.0.1:9091", "--socket %s/socket" % where),
            ("127.0.0.1:8080", "127.0.0.1:%d" % site),
            ("127.0.0.1:3000", "127.0.0.1:%d" % upstream)):
        ok(name in text, "README.md names " + name)
        text = text.replace(name, value)
    return text


def serve(where):
    """Whatever you have on port 3000."""
    write(where + "/www/mcp", "the upstream\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind",
         "127.0.0.1"], cwd=where + "/www", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    line = process.stdout.readline().decode()
    return process, int(re.search(r"port (\d+)", line).group(1))


def run(where, text, fd):
    return subprocess.run(
        ["sh", "-eu"], input=text.encode(), capture_output=True, cwd=SOURCE,
        pass_fds=(fd,), timeout=120, start_new_session=True,
        env=dict(os.environ, HOME=where,
                 PATH=where + "/bin:" + os.environ["PATH"]))


def stop(where):
    """What the commands left running."""
    for name in ("nginx.pid", "authchaind.pid"):
        try:
            with open(os.path.join(where, name), encoding="ascii") as file:
                os.kill(int(file.read()), signal.SIGTERM)
        except (OSError, ValueError):
            pass


def told(output):
    """[(status, rest)] of what curl -i printed."""
    answers = re.split(r"(?m)^HTTP/1\.1 (\d+)", output)
    return list(zip(map(int, answers[1::2]), answers[2::2]))


def everything(where):
    upstream, port = serve(where)
    site = listening()
    wrap(where, site.fileno())
    text = moved(commands(), where, site.getsockname()[1], port)
    done_ = run(where, text, site.fileno())
    url = "http://127.0.0.1:%d/.well-known/oauth-protected-resource/mcp" % \
        site.getsockname()[1]
    site.close()
    stop(where)
    upstream.kill()
    upstream.wait()
    upstream.stdout.close()
    with open(where + "/gate/internal.token", encoding="ascii") as file:
        secret(file.read().strip())
    said(done_.stdout + done_.stderr)
    output = done_.stdout.decode()
    same(0, done_.returncode, "each command succeeds")
    answers = told(output)
    same([401, 200], [status for status, _ in answers],
         "without a token 401, with the token 200")
    ok(answers and 'resource_metadata="%s"' % url in answers[0][1],
       "the 401 says where to log in", output)
    ok(answers and answers[-1][1].endswith("\r\n\r\nthe upstream\n"),
       "the other answer is the upstream's", output)
    for name in ("authchaind.log", "nginx.log"):
        with open(os.path.join(where, name), "rb") as file:
            said(file.read())


if missing() or not shutil.which("curl"):
    print("1..0 # SKIP nginx or curl is not installed, or authchaind not built")
    sys.exit(0)
begin("test-readme")
with Folder() as folder:
    os.chmod(folder, 0o755)
    everything(folder)
done()
