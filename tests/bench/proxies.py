"""The programs that are measured, each started for itself on 127.0.0.1 and ended with the run."""

import os
import re
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "localhost"    # what every program resolves, and the name in every certificate


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Certificates:
    """A root and one leaf for NAME, P-256, in `folder`."""

    def __init__(self, folder):
        self.ca, self.leaf, self.key = (os.path.join(folder, name) for name in ("root.pem", "leaf.pem", "leaf.key"))
        root_key, request, extensions = (os.path.join(folder, name) for name in ("root.key", "leaf.csr", "leaf.ext"))
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *curve, "-days", "7", "-subj", "/CN=bench root", "-keyout", root_key, "-out", self.ca)
        openssl("req", *curve, "-subj", "/CN=bench leaf", "-keyout", self.key, "-out", request)
        with open(extensions, "w") as file:
            file.write(f"subjectAltName=DNS:{NAME}\nextendedKeyUsage=serverAuth\n")
        openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", root_key, "-CAcreateserial", "-days", "7",
                "-extfile", extensions, "-out", self.leaf)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def wait_for(what, ready, process, log):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.05)
    with open(log, errors="replace") as file:
        raise RuntimeError(f"{what} did not start:\n{file.read()[-2000:]}")


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Measured:
    """A running program. `where` is how bench_load reaches the upstream through it; `ca` is the root it shows."""

    name = ""

    def start(self, folder, command, ready, environment=None):
        os.makedirs(folder, exist_ok=True)
        self.log = os.path.join(folder, self.name.replace(" ", "-") + ".log")
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
                                            env={**os.environ, "HOME": folder, **(environment or {})})
        return wait_for(self.name, ready, self.process, self.log)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def tree(self):
        """The process and all below it."""
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as file:
                        queue += [int(child) for child in file.read().split()]
            except OSError:
                continue
        return found

    def cpu_seconds(self):
        """utime and stime of the tree; a child that has ended counts by what its parent inherited."""
        ticks = 0
        for pid in self.tree():
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            ticks += sum(int(field) for field in fields[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def rss_kb(self):
        total = 0
        for pid in self.tree():
            with open(f"/proc/{pid}/status") as file:
                total += int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
        return total


class Telltale(Measured):
    name = "telltale"

    def __init__(self, binary, folder, certificates, port, extra=()):
        data = os.path.join(folder, "telltale-ca")
        self.start(folder, [binary, "proxy", "--listen", "127.0.0.1:0", "--intercept-all", "--allow-upstream", "127.0.0.0/8",
                            "--upstream-ca", certificates.ca, "--resolve", f"{NAME}:{port}:127.0.0.1", "--no-store",
                            "--ca-dir", data, *extra], self.ready_port)
        self.where, self.ca = f"{self.ready_port()}/{NAME}:{port}", os.path.join(data, "ca.pem")

    def ready_port(self):
        with open(self.log, errors="replace") as file:
            found = re.search(r"^ready 127\.0\.0\.1:(\d+)", file.read(), re.M)
        return found and found.group(1)


class Mitmdump(Measured):
    def __init__(self, name, folder, certificates, port, addon=None):
        self.name = name
        mine, conf = free_port(), os.path.join(folder, name.replace(" ", "-") + "-conf")
        command = ["mitmdump", "-q", "--listen-host", "127.0.0.1", "--listen-port", str(mine), "--set", f"confdir={conf}",
                   "--set", f"ssl_verify_upstream_trusted_ca={certificates.ca}", "--set", "connection_strategy=lazy",
                   "--set", "upstream_cert=false", "--set", "http2=false"]
        if addon:
            command += ["-s", addon]
        self.ca = os.path.join(conf, "mitmproxy-ca-cert.pem")
        self.start(folder, command, lambda: os.path.exists(self.ca) and listening(mine))
        self.where = f"{mine}/{NAME}:{port}"


class Nginx(Measured):
    """TLS on both legs as a reverse proxy with a pooled, verified upstream; the body is read whole, then sent."""

    name = "nginx"
    CONF = """
daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 300s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  client_max_body_size 64m; client_body_buffer_size 4m;
  upstream up {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; server_name {name};
    ssl_certificate {leaf}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
    location / {{
      proxy_pass https://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate {ca}; proxy_ssl_name {name}; proxy_ssl_server_name on;
      proxy_ssl_protocols TLSv1.2 TLSv1.3; proxy_buffering off; proxy_read_timeout 600s;
    }}
  }}
}}
"""

    def __init__(self, folder, certificates, port):
        mine, conf = free_port(), os.path.join(folder, "nginx.conf")
        with open(conf, "w") as file:
            file.write(self.CONF.format(upstream=port, port=mine, name=NAME, leaf=certificates.leaf, key=certificates.key,
                                        ca=certificates.ca))
        self.start(folder, ["/usr/sbin/nginx", "-p", folder, "-e", "stderr", "-c", conf], lambda: listening(mine))
        self.where, self.ca = f"{mine}/{NAME}", certificates.ca
