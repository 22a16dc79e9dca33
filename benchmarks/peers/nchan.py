"""nchan, nginx's module for publishing and subscribing: one worker, messages kept in its shared memory."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.client import BenchClient
from benchmarks.peers.peer import TEXT, Member, started

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONFIG = """
{user}
daemon off;
master_process off;
worker_rlimit_nofile 65535;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
load_module {module};
events {{ worker_connections 30000; }}
http {{
    access_log off;
    nchan_shared_memory_size 256M;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=2048;
        location = /all {{
            nchan_channel_id all;
            nchan_subscriber websocket;
            nchan_subscriber_first_message newest;
        }}
        location = /publish {{
            nchan_channel_id all;
            nchan_publisher http;
            nchan_message_buffer_length 10;
        }}
    }}
}}
"""


class Nchan:
    path = "/all"
    member: type[BenchClient] = Member

    def missing(self) -> str:
        if not shutil.which("nginx") or not MODULE.exists():
            return "nginx with Debian's libnginx-mod-nchan is not installed"
        return ""

    def described(self) -> str:
        told = subprocess.run(["nginx", "-v"], check=True, capture_output=True, text=True).stderr
        found = re.search(r"nginx/(\S+)", told)
        return f"nchan, Debian's, nginx {found[1] if found else '?'}, one worker, 256 MB of shared memory"

    @contextmanager
    def serving(self, port: int, folder: Path) -> Iterator[int]:
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(user=user, folder=folder, module=MODULE, port=port))
        command = ["nginx", "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
        with started(command, port, folder) as pid:
            yield pid

    async def publish(self, members: Sequence[BenchClient], port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /publish HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(TEXT)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n{TEXT}".encode())
        await reader.readline()
        writer.close()
