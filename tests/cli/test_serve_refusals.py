"""What the service does not answer, and that it says so at once."""

import gzip
import json
import os
import shutil
import socket
import threading
import time

import pytest

from cli_support import specbridge
from serve_support import serving

HOST = b"Host: 127.0.0.1\r\n"
SECONDS_TO_REFUSE = 5  # it takes milliseconds; machines may be busy


@pytest.fixture(scope="module")
def service(calibrated):
    limits = ("--max-megabytes", 1, "--max-spectra", 50)
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 2, *limits) as running:
        yield running


def request(line, headers=b"", body=b"", host=HOST):
    return line + b" HTTP/1.1\r\n" + host + headers + b"\r\n" + body


def post(target, body, headers=b""):
    return request(b"POST " + target, headers + b"Content-Length: %d\r\n" % len(body), body)


MGF = b"BEGIN IONS\nPEPMASS=180.0655\nCHARGE=1+\n100 1\n120 2\nEND IONS\n"
PATHS = [b"/etc/passwd", b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/..%2f..%2fetc%2fpasswd", b"/api",
         b"//etc/passwd", b"/page.css/../../etc/passwd", b"/api/search/../../etc/passwd", b"/.git/config", b"/api/",
         b"/api/Search",
         b"/hits.js%00.css", b"/file:///etc/passwd", b"/%c0%ae%c0%ae/etc/passwd", b"/api/library/manifest.json",
         b"/favicon.ico", b"/" + b"a" * 3000, b"/api/progress", b"/api/progress?id=x", b"/api/progress?id=../x"]
METHODS = [b"PUT /", b"DELETE /api/search", b"PATCH /api/library", b"OPTIONS /api/search", b"GET /api/search",
           b"POST /api/health", b"TRACE /", b"CONNECT 127.0.0.1:80", b"BREW /", b"get /", b""]
OPTIONS = [b"k=-1", b"k=0", b"k=1e9", b"k=nan", b"k=x", b"k=1.5", b"tolerance=3bananas", b"tolerance=-5ppm",
           b"tolerance=",
           b"tolerance=nanppm", b"formula=%3Cscript%3E", b"formula=C10&open=1", b"open=yes", b"merge=all",
           b"in_format=exe", b"format=../../x", b"adducts=%5BM%2BXx%5D%2B", b"min_probability=2", b"max_q=-1",
           b"shown=0", b"name=.x", b"model=/etc/passwd", b"library=/etc", b"out=/tmp/x", b"id=../../x",
           b"name=../x", b"id=" + b"a" * 65]
BODIES = [b"", b"nothing", b"\x00" * 1000, b"\xff\xfe" * 500, b"BEGIN IONS\n", b"{", b"[]", b"<mzML>",
          b"\x1f\x8b\x08\x00broken", gzip.compress(b"nothing", mtime=0), b"SMILES\nCCO\n", b"/etc/passwd",
          b"file:///etc/passwd",
          b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><mzML>&a;</mzML>"]
RAW = {
    "no host": request(b"GET /api/library", host=b""),
    "another host": request(b"GET /api/library", host=b"Host: evil.example\r\n"),
    "a name that begins like this machine": request(b"GET /", host=b"Host: 127.0.0.1.evil.example\r\n"),
    "another origin": request(b"GET /api/library", b"Origin: http://evil.example\r\n"),
    "an origin that is none": request(b"POST /api/search", b"Origin: null\r\nContent-Length: 0\r\n"),
    "a page of another site": request(b"GET /api/library", b"Sec-Fetch-Site: cross-site\r\n"),
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "noise": bytes(range(1, 256)) + b"\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a line without end": request(b"GET /" + b"a" * 20_000),
    "a header without end": request(b"GET /", b"X: " + b"a" * 20_000 + b"\r\n"),
    "a length that is no number": request(b"POST /api/search", b"Content-Length: x\r\n", MGF),
    "a length that is negative": request(b"POST /api/search", b"Content-Length: -5\r\n", MGF),
    "a length beyond all": request(b"POST /api/search", b"Content-Length: 99999999999999999999\r\n", MGF),
    "a length beyond the limit": request(b"POST /api/search", b"Content-Length: 9000000000\r\n", MGF),
    "chunks that are none": request(b"POST /api/search", b"Transfer-Encoding: chunked\r\n",
                                    b"zz\r\n" + MGF + b"\r\n0\r\n\r\n"),
    "a form": post(b"/api/search", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--\r\n",
                   b"Content-Type: multipart/form-data; boundary=x\r\n"),
    "a packing that is none": post(b"/api/search", MGF, b"Content-Encoding: gzip\r\n"),
    "more spectra than it takes": post(b"/api/search", MGF * 51),
    "many headers": request(b"GET /", b"".join(b"X-%d: a\r\n" % i for i in range(10_000))),
    "a body for a page": request(b"GET /", b"Content-Length: 5\r\n", b"hello"),
    "a body in chunks for a page": request(b"POST /", b"Transfer-Encoding: chunked\r\n",
                                           b"5\r\nhello\r\n0\r\n\r\n"),
    "another coding": request(b"POST /api/search", b"Transfer-Encoding: gzip\r\n", MGF),
    "parts of an answer": request(b"GET /hits.js", b"Range: bytes=0-,0-,0-\r\n"),
    "a request that is too large": post(b"/api/search", MGF * 20_000),
    "one that is too large once it is unpacked": post(b"/api/search", gzip.compress(bytes(200_000_000), mtime=0),
                                                      b"Content-Encoding: gzip\r\n"),
}


def named(values, make):
    return [pytest.param(make(value), id=f"{value[:40]!r}") for value in values]


HOSTILE = (named(PATHS, lambda path: request(b"GET " + path)) + named(METHODS, lambda line: request(line)) +
           named(OPTIONS, lambda options: post(b"/api/search?" + options, MGF)) +
           named(BODIES, lambda body: post(b"/api/search", body)) +
           [pytest.param(data, id=name) for name, data in RAW.items()])


def test_the_table_of_hostile_requests_is_long_enough():
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("data", HOSTILE)
def test_a_hostile_request_gets_a_refusal_at_once(service, data):
    begin = time.monotonic()
    answer = service.raw(data)
    seconds = time.monotonic() - begin
    assert answer[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 5"), answer[:200]
    assert b"root:" not in answer
    assert seconds < SECONDS_TO_REFUSE
    assert service.get("/api/health").status == 200


def test_a_body_that_breaks_off_gets_no_answers(service):
    answer = service.raw(request(b"POST /api/search", b"Content-Length: 500\r\n", MGF), half_close=True)
    assert b"200 OK" not in answer
    assert service.get("/api/health").json["working"] == 0


@pytest.mark.parametrize("headers", [b"Origin: http://evil.example\r\n",
                                     b"Content-Type: multipart/form-data; boundary=x\r\n"],
                         ids=["refused by origin", "refused by type"])
def test_the_body_of_a_refused_request_is_not_taken_for_another_request(service, headers):
    inner = post(b"/api/search?format=tsv", MGF)
    outer = request(b"POST /api/search", headers + b"Content-Length: %d\r\n" % len(inner))
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as link:
        link.sendall(outer)
        time.sleep(0.2)
        link.sendall(inner)
        answer = b""
        while part := link.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 ") == 1 and b"200 OK" not in answer


def drip(port, data, until):
    """Sends bytes one by one, with a pause between them."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        try:
            for i in range(len(data)):
                if until.wait(0.3):
                    return
                link.sendall(data[i:i + 1])
        except OSError:
            return


def test_clients_that_send_slowly_keep_nobody_waiting(service):
    enough = threading.Event()
    slow = [threading.Thread(target=drip, args=(service.port, request(b"GET /api/health"), enough)) for _ in range(40)]
    for one in slow:
        one.start()
    time.sleep(1)
    assert service.get("/api/health").status == 200
    enough.set()
    for one in slow:
        one.join()


def test_a_client_that_sends_slowly_does_not_keep_the_service_from_ending(calibrated):
    with serving("--library", calibrated.library, "--model", calibrated.model) as running:
        enough = threading.Event()
        slow = threading.Thread(target=drip, args=(running.port, request(b"GET /" + b"a" * 1000), enough))
        slow.start()
        time.sleep(1)
        begin = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - begin < SECONDS_TO_REFUSE
        enough.set()
        slow.join()


def test_a_line_without_end_is_cut_off(service):
    before = service.memory()
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as link:
        try:
            link.sendall(b"GET /" + b"a" * 50_000_000)
        except OSError:
            pass
    assert service.memory() - before < 20e6


def test_two_searches_cannot_have_one_name(service, made):
    body, replies = made.spectra.read_bytes(), []
    first = threading.Thread(target=lambda: replies.append(service.search(body[:len(body) // 2], id="same")))
    first.start()
    second = service.search(MGF, id="same")
    first.join()
    assert second.status in (200, 409)  # the first may be done by then
    assert replies[0].status in (200, 409)


def test_what_cannot_be_read_of_the_library_is_told_to_the_log_alone(calibrated, tmp_path):
    shutil.copytree(calibrated.library, tmp_path / "library")
    with serving("--library", tmp_path / "library/", "--model", calibrated.model) as running:
        assert running.get("/api/library").json["library"] == "library"
        for file in (tmp_path / "library").iterdir():
            if file.is_file() and "faiss" in file.name:
                file.unlink()
        reply = running.search(MGF, open=1, format="tsv")
        assert str(tmp_path).encode() not in reply.body
        running.end()
    if reply.status != 200:  # it may have been read before
        assert reply.status == 500 and str(tmp_path) in running.log[-1]["error"]


def test_a_log_that_cannot_be_written_any_more_is_no_reason_to_end(calibrated, tmp_path):
    os.mkfifo(tmp_path / "log")
    reader = os.open(tmp_path / "log", os.O_RDONLY | os.O_NONBLOCK)
    for log in ("/dev/full", tmp_path / "log"):
        with serving("--library", calibrated.library, "--model", calibrated.model, "--log", log) as running:
            os.close(reader) if log != "/dev/full" else None
            assert [running.get("/api/health").status for _ in range(3)] == [200] * 3


def test_a_refusal_says_why(service):
    for asked, words in [({"tolerance": "3bananas"}, "\"3bananas\" is not a tolerance; expected"),
                         ({"k": "-1"}, "k: found \"-1\", expected a whole number from 1 to 1,000"),
                         ({"model": "/x"}, "option: found \"model\", expected k, shown")]:
        assert words in service.search(MGF, **asked).json["error"]
    assert "is no file of spectra; expected MGF" in service.search(b"nothing").json["error"]


def test_a_token_is_asked_for_by_every_route_but_pages_and_the_description(calibrated, tmp_path):
    (tmp_path / "token").write_text("a secret that is long\nand more\n")
    with serving("--library", calibrated.library, "--model", calibrated.model, "--token",
                 tmp_path / "token") as running:
        right = {"Authorization": "Bearer a secret that is long"}
        for path in ("/api/library", "/api/health", "/api/progress?id=a"):
            assert running.get(path).status == 401
            assert running.get(path, Authorization="Bearer a secret that is lonG").status == 401
        assert running.search(MGF).status == 401
        assert running.get("/").status == running.get("/api/openapi.json").status == 200
        assert running.get("/api/health", **right).status == 200
        assert running.search(MGF, right).status == 200
        assert "a secret" not in json.dumps(running.log)


def test_an_address_that_others_reach_needs_a_token(calibrated):
    result = specbridge("serve", "--library", calibrated.library, "--model", calibrated.model, "--address", "0.0.0.0")
    assert result.code == 2
    assert "--address 0.0.0.0 can be reached from other machines; expected --token FILE" in result.err


def test_a_token_that_can_be_guessed_is_refused(calibrated, tmp_path):
    (tmp_path / "token").write_text("short\n")
    result = specbridge("serve", "--library", calibrated.library, "--model", calibrated.model, "--token",
                        tmp_path / "token")
    assert result.code == 3
    assert "the token has 5 characters; expected 16 or more" in result.err


def test_more_searches_than_may_wait_are_told_to_come_again(calibrated, made):
    body = made.spectra.read_bytes() * 12
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 1, "--max-waiting",
                 1) as running:
        replies = []
        searches = [threading.Thread(target=lambda: replies.append(running.search(body, format="tsv")))
                    for _ in range(4)]
        for search in searches:
            search.start()
        for search in searches:
            search.join()
        refused = [reply for reply in replies if reply.status == 503]
        assert sorted(reply.status for reply in replies) == [200, 200, 503, 503]
        assert all(int(reply.headers["Retry-After"]) > 0 for reply in refused)
        assert "too many searches wait already" in refused[0].json["error"]


def test_a_search_that_takes_too_long_is_given_up(calibrated, made):
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 1, "--max-seconds", 1,
                 "--max-spectra", 1_000_000, "--max-megabytes", 200) as running:
        reply = running.search(made.spectra.read_bytes() * 1500, format="tsv")
        assert reply.status == 503 and "took longer than 1 s" in reply.json["error"]
        assert running.get("/api/health").json["working"] == 0
        assert running.search(MGF).status == 200
