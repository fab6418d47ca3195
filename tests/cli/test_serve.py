"""The service: its answers are those of the program; what it says of itself; how it ends."""

import gzip
import json
import re
import signal
import threading
import time

import pytest

from cli_support import DATA, read_bytes, read_json, read_records, read_table, spectrum, specbridge, succeed
from serve_support import serving

ROUTES = {"/api/search", "/api/progress", "/api/library", "/api/health", "/api/openapi.json"}


@pytest.fixture(scope="module")
def service(calibrated):
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 2) as running:
        yield running


def table_of(calibrated, spectra, folder, *options):
    """The bytes that the program itself writes."""
    out = folder / "hits.tsv"
    succeed("search", spectra, "--library", calibrated.library, "--model", calibrated.model, "-o", out, "--force",
            *options)
    return out.read_bytes()


def test_the_table_is_that_of_the_command_line_byte_for_byte(service, calibrated, made, tmp_path):
    reply = service.search(made.spectra.read_bytes(), format="tsv")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    assert reply.body == table_of(calibrated, made.spectra, tmp_path)


@pytest.mark.parametrize("asked, given", [
    ({"k": 3, "tolerance": "0.01Da"}, ["-k", 3, "--tolerance", "0.01Da"]),
    ({"formula": ""}, ["--formula"]), ({"formula": "C10H12O3"}, ["--formula=C10H12O3"]),
    ({"open": 1, "k": 5}, ["--open", "-k", 5]), ({"min_probability": 0.2}, ["--min-probability", 0.2]),
    ({"max_q": 0.5}, ["--max-q", 0.5]), ({"merge": "feature"}, ["--merge", "feature"])],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "")
def test_options_mean_what_they_mean_on_the_command_line(service, calibrated, made, tmp_path, asked, given):
    reply = service.search(made.spectra.read_bytes(), format="tsv", **asked)
    assert reply.body == table_of(calibrated, made.spectra, tmp_path, *given)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_other_formats_are_those_of_the_command_line(service, calibrated, made, tmp_path, form):
    assert service.search(made.spectra.read_bytes(), format=form).body == table_of(calibrated, made.spectra, tmp_path,
                                                                                  "--format", form)


def test_adducts_are_tried_where_none_is_stated(service, calibrated, tmp_path):
    (tmp_path / "spectra").write_text(spectrum(PEPMASS=180.0655, TITLE="mine"))
    reply = service.search((tmp_path / "spectra").read_bytes(), format="tsv", adducts="[M+H]+,[M+NH4]+")
    assert reply.body == table_of(calibrated, tmp_path / "spectra", tmp_path, "--adducts", "[M+H]+,[M+NH4]+")


def test_files_may_be_compressed(service, made):
    plain = made.spectra.read_bytes()
    packed = service.search(gzip.compress(plain), format="tsv")
    assert packed.body == service.search(plain, format="tsv").body
    assert service.search(gzip.compress(plain), {"Content-Encoding": "gzip"}, format="tsv").body == packed.body


def test_records_without_names_are_called_after_the_file(service, calibrated, tmp_path):
    text = spectrum(PEPMASS=180.0655, ADDUCT="[M+H]+") + spectrum(PEPMASS="nothing") + spectrum(peaks="", PEPMASS=100)
    (tmp_path / "mine.mgf").write_text(text)
    expected = specbridge("search", "mine.mgf", "--library", calibrated.library, "--model", calibrated.model, "-o", "-",
                          cwd=tmp_path).out.encode()
    assert service.search(text.encode(), format="tsv", name="mine.mgf").body == expected
    assert service.search(gzip.compress(text.encode()), format="tsv", name="mine.mgf").body == expected


def test_a_forced_format_holds_for_the_page_as_well(service, made):
    text = "\n" * 2_000_000 + made.spectra.read_text()
    for form in ("tsv", "json"):
        assert service.search(text.encode(), format=form, in_format="mgf").status == 200


def test_the_type_of_the_body_does_not_matter(service, made):
    plain = made.spectra.read_bytes()
    form = service.search(plain, {"Content-Type": "application/x-www-form-urlencoded"}, format="tsv")
    assert form.status == 200 and form.body == service.search(plain, format="tsv").body


def test_what_the_page_reads_holds_the_table_and_the_explained_peaks(service, calibrated, made, tmp_path):
    (tmp_path / "hits.tsv").write_bytes(service.search(made.spectra.read_bytes(), format="tsv").body)
    rows = [row for row in read_table(tmp_path / "hits.tsv") if row["rank"]]
    data = service.search(made.spectra.read_bytes()).json
    columns, details = data["run"]["columns"], data["details"]
    cells = [dict(zip(columns, answer)) for query in details["cells"] for answer in query]
    for column in ("rank", "score", "smiles", "inchikey14", "probability", "q_value", "evidence.fragments"):
        assert [row[column] for row in cells] == [row[column] for row in rows]
    succeed("explain", tmp_path / "hits.tsv", made.spectra, "--model", calibrated.model, "--top", 10, "--drawings", 0,
            "-o", tmp_path / "explained")
    told = {(int(row["query_index"]), row["rank"], round(float(row["mz"]), 4)):
            (row["formula"], float(row["contribution"])) for row in read_table(tmp_path / "explained/peaks.tsv")
            if row["status"] == "explained"}
    shown = {}
    for i, query in enumerate(data["queries"]):
        for answer, row in enumerate(details["cells"][i]):
            rank = dict(zip(columns, row))["rank"]
            for place, ion, adds in zip(*(details[part][i][answer] for part in ("place", "ion", "adds"))):
                shown[(query["index"], rank, details["mz"][i][place])] = (ion, adds)
    assert shown.keys() == told.keys() and len(told) > 100
    assert all(shown[key][0] == told[key][0] and abs(shown[key][1] - told[key][1]) < 6e-4 for key in told)


def test_the_answers_name_no_path_of_the_machine(service, made, calibrated):
    for reply in (service.search(made.spectra.read_bytes()), service.get("/api/library"),
                  service.search(b"BEGIN IONS\nPEPMASS=x\n1 1\nEND IONS\n"), service.search(b"nothing")):
        assert str(calibrated.library.parent).encode() not in reply.body and b"/tmp" not in reply.body


def test_the_library_says_what_is_searched_and_the_limits(service, calibrated, made, tmp_path):
    table_of(calibrated, made.spectra, tmp_path)
    record = read_json(tmp_path / "hits.tsv.run.json")
    told = service.get("/api/library").json
    assert told["library"] == "library" and told["ranked_by"] == record["ranked_by"] == "fused"
    assert told["absent"] == record["absent"] == 0.5
    assert told["library_fingerprint"] == record["library"]["fingerprint"]
    assert told["model_fingerprint"] == record["model"]["fingerprint"]
    assert told["molecules"] == len(read_bytes(DATA / "library.smi.gz").splitlines())
    assert (told["most_bytes"], told["most_spectra"], told["seconds"]) == (16 << 20, 1000, 60)


def test_health_counts_what_works_and_waits(service):
    assert service.get("/api/health").json == {"status": "ok", "working": 0, "waiting": 0}


def test_the_description_names_every_route_and_option(service):
    described = service.get("/api/openapi.json").json
    assert set(described["paths"]) == ROUTES
    options = {option["name"] for option in described["paths"]["/api/search"]["post"]["parameters"]}
    said = service.search(b"x", nonsense="1").json["error"]
    assert options - {"id"} == set(said.split("expected ")[1].split(", "))
    for path in sorted(ROUTES - {"/api/search", "/api/progress"}):
        assert service.get(path).status == 200


def test_every_request_is_a_line_of_the_log(calibrated, made):
    with serving("--library", calibrated.library, "--model", calibrated.model) as running:
        running.search(made.spectra.read_bytes(), format="tsv")
        running.get("/api/nothing")
        running.end()
        # A line is written once its reply is sent, so that two lines may stand in either order.
        missing, search = sorted(running.log, key=lambda line: line["path"])
        assert (missing["method"], missing["path"], missing["status"]) == ("GET", "/api/nothing", 404)
        assert (search["method"], search["path"], search["status"]) == ("POST", "/api/search", 200)
        assert search["spectra"] == len(read_records(made.spectra))
        assert search["milliseconds"] > 0 and search["received"] == made.spectra.stat().st_size
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"]) for line in running.log)


def test_the_log_may_be_a_file(calibrated, tmp_path):
    with serving("--library", calibrated.library, "--model", calibrated.model, "--log", tmp_path / "log") as running:
        running.get("/api/health")
        running.end()
        assert running.log == []
    assert json.loads((tmp_path / "log").read_text())["path"] == "/api/health"


def test_the_page_and_its_parts_come_with_a_policy_that_lets_in_nothing_else(service):
    for path in ("/", "/page.css", "/page.js", "/structure.js", "/spectrum.js", "/hits_data.js", "/hits.js",
                 "/service.js"):
        reply = service.get(path)
        assert reply.status == 200 and reply.body
        assert "default-src 'none'; script-src 'self'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    page = service.get("/").body.decode()
    for foreign in ("@@", "onclick", "style=", "http://"):
        assert foreign not in page


def test_progress_of_a_search_can_be_asked_for_while_it_runs(service, made):
    body = made.spectra.read_bytes() * 12
    search = threading.Thread(target=lambda: service.search(body, id="mine"))
    search.start()
    stages = set()
    while search.is_alive():
        reply = service.get("/api/progress?id=mine")
        if reply.status == 200:
            stages.add(reply.json["stage"])
        time.sleep(0.005)
    search.join()
    assert "searching" in stages
    assert service.get("/api/progress?id=mine").status == 404


def test_sigterm_finishes_what_runs_and_ends_well(calibrated, made):
    body = made.spectra.read_bytes() * 12
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 1) as running:
        replies = []
        search = threading.Thread(target=lambda: replies.append(running.search(body, format="tsv")))
        search.start()
        while running.get("/api/health").json["working"] == 0:
            time.sleep(0.005)
        assert running.end(signal.SIGTERM) == 0
        search.join()
    assert replies[0].status == 200 and replies[0].body.count(b"\n") > 1000


def test_folders_of_requests_are_gone_afterwards(calibrated, made, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving("--library", calibrated.library, "--model", calibrated.model) as running:
        running.search(made.spectra.read_bytes())
        running.search(b"nothing")
        running.end()
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said(service, calibrated):
    result = specbridge("serve", "--library", calibrated.library, "--model", calibrated.model, "--port", service.port)
    assert result.code == 2
    assert f"cannot listen on 127.0.0.1 port {service.port}" in result.err


@pytest.mark.thorough
def test_1600_requests_of_eight_clients_are_answered_alike_in_flat_memory(service, made):
    records = read_records(made.spectra)[:20]
    expected = {record: service.search(record.encode(), format="tsv").body for record in records}
    wrong, memory = [], []

    def client(number):
        for i in range(200):
            record = records[(number + i) % len(records)]
            reply = service.search(record.encode(), format="tsv")
            while reply.status == 503:  # as a client is told to
                time.sleep(0.05)
                reply = service.search(record.encode(), format="tsv")
            if reply.status != 200 or reply.body != expected[record]:
                wrong.append((number, i, reply.status))
            if number == 0 and i in (50, 199):
                memory.append(service.memory())

    clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    assert wrong == []
    assert memory[1] - memory[0] < 30e6
