"""Starts the service and asks it as other programs do."""

import http.client
import json
import re
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from cli_support import PROGRAM, SECONDS_AT_MOST


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict

    @property
    def json(self):
        return json.loads(self.body)


class Service:
    """A running service. `log` grows with its lines, parsed."""

    def __init__(self, process, port):
        self.process, self.port, self.log, self.said = process, port, [], []
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self):
        for line in self.process.stderr:
            (self.log.append(json.loads(line)) if line.startswith("{") else self.said.append(line))

    def ask(self, method, path, body=None, headers=None, connection=None):
        asked = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_AT_MOST)
        asked.request(method, path, body=body, headers=headers or {})
        response = asked.getresponse()
        reply = Reply(response.status, response.read(), dict(response.getheaders()))
        if connection is None:
            asked.close()
        return reply

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def search(self, body, headers=None, **options):
        return self.ask("POST", "/api/search?" + urlencode(options), body, headers)

    def raw(self, data, half_close=False):
        """The bytes that come back for bytes as they are, until the service closes or a reply is whole."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS_AT_MOST) as link:
            link.sendall(data)
            if half_close:
                link.shutdown(socket.SHUT_WR)
            answer = b""
            while b"\r\n\r\n" not in answer:
                part = link.recv(65536)
                if not part:
                    break
                answer += part
            return answer

    def memory(self):
        """Bytes that it holds in memory."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024

    def end(self, kind=signal.SIGTERM):
        self.process.send_signal(kind)
        code = self.process.wait(SECONDS_AT_MOST)
        self.reading.join(SECONDS_AT_MOST)
        return code


@contextmanager
def serving(*arguments, cwd=None):
    process = subprocess.Popen([PROGRAM, "serve", "--port", "0", *map(str, arguments)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, cwd=cwd)
    try:
        port, said = None, []
        for line in process.stderr:
            said.append(line)
            found = re.search(r"answering at http://.*:(\d+)/", line)
            if found:
                port = int(found.group(1))
                break
        assert port, "".join(said)
        yield Service(process, port)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
