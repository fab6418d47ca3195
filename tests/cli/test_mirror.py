"""The library spectrum that an answer rests on beside that of the query: in pages, drawings, and the service."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

import pytest

from cli_support import PROGRAM, names_in, read_bytes, read_json, read_table, spectrum, specbridge, succeed
from mirror_support import ACETIC_ACID, EI_LIBRARY, EI_QUERY, LIBRARY, QUERY, Mirrored
from page_support import details_of, read_page
from serve_support import serving

SAME, SHIFTED = 1, 2


@pytest.fixture
def mirrored(tmp_path):
    made = Mirrored(tmp_path)
    made.search("--page", tmp_path / "page.html", "--explain", tmp_path / "explained")
    return made


def beside(page):
    """Of the answers to the first query the names, peaks and partners of library spectra."""
    parts = {"name": "beside", "mz": "beside_mz", "intensity": "beside_intensity", "in_query": "beside_in_query",
             "in_it": "in_beside"}
    detail = details_of(page)[0]
    return [dict(zip(parts, values)) for values in zip(*(detail[part] for part in parts.values()), strict=True)]


def words_of(drawing):
    return ["".join(text.itertext()) for text in xml.parse(drawing).iter("{http://www.w3.org/2000/svg}text")]


def test_the_page_of_a_search_has_the_library_spectrum_of_an_answer_and_which_peaks_both_have(mirrored):
    assert beside(mirrored.folder / "page.html") == [
        {"name": "acetic", "mz": [31.0178, 43.0178, 45.0335], "intensity": [0.2, 1, 0.5],
         "in_query": [0, SAME, SAME], "in_it": [0, SAME, SAME]}]


def test_it_is_the_page_that_is_written_afterwards_with_the_library(mirrored):
    page, _ = mirrored.page("--spectral-library", mirrored.library, name="later.html")
    assert page.read_bytes() == (mirrored.folder / "page.html").read_bytes()
    run = read_page(page)["run"]
    assert (run["spectral_library"], run["spectra"]) == (str(mirrored.library), 2)
    assert run["spectral_library_fingerprint"] == run["record"]["spectral_library"]["fingerprint"]


def test_without_the_library_a_page_has_no_spectrum_beside(mirrored):
    page, _ = mirrored.page(name="without.html")
    assert beside(page) == [{"name": "", "mz": [], "intensity": [], "in_query": [], "in_it": []}]


def test_peaks_of_an_analogue_are_shared_where_they_are_shifted_as_the_precursors_are(tmp_path):
    # 45.0178 and 45.0335 + 14.0156 are peaks of the query, whose precursor is 14.0157 higher.
    made = Mirrored(tmp_path, LIBRARY[:1], spectrum("43.0178 70\n59.0491 60\n61.1 5", SPECTRUM_ID="q",
                                                    PEPMASS=75.0441, ADDUCT="[M+H]+"))
    made.search("--open", "--score", "modified_cosine", "--page", tmp_path / "page.html")
    [shown] = beside(tmp_path / "page.html")
    assert (shown["in_query"], shown["in_it"]) == ([0, SAME, SHIFTED], [SAME, SHIFTED, 0])


def test_peaks_are_shared_within_the_tolerance_of_the_search(mirrored):
    mirrored.search("--peak-tolerance", "0.00005Da", "--page", mirrored.folder / "narrow.html")
    assert beside(mirrored.folder / "narrow.html")[0]["in_query"] == [0, SAME, 0]


def test_whole_masses_share_peaks_that_round_to_them(tmp_path):
    made = Mirrored(tmp_path, EI_LIBRARY, EI_QUERY)
    made.search("--page", tmp_path / "page.html")
    first = beside(tmp_path / "page.html")[0]
    assert first == {"name": "aniline", "mz": [39, 66, 93], "intensity": [0.1201, 0.3303, 1],
                     "in_query": [SAME, SAME, SAME], "in_it": [SAME, SAME, SAME, 0]}
    [query] = read_page(tmp_path / "page.html")["queries"]
    assert (query["electron"], query["mz"]) == (True, None)


def test_of_spectra_of_one_name_that_of_the_answer_is_shown(tmp_path):
    made = Mirrored(tmp_path, [record.replace("propionic", "acetic") for record in LIBRARY])
    made.search("--page", tmp_path / "page.html")
    assert beside(tmp_path / "page.html")[0]["mz"] == [31.0178, 43.0178, 45.0335]


def test_a_library_that_was_not_searched_is_told_and_shows_what_it_has(mirrored, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    page, said = mirrored.page("--spectral-library", Mirrored(other, LIBRARY[1:]).library, name="other.html")
    assert "the table was searched with another library of spectra" in said
    assert beside(page)[0]["name"] == ""


def test_a_damaged_library_is_refused(mirrored):
    (mirrored.library / "manifest.json").write_text("{}")
    result = specbridge("page", mirrored.hits, mirrored.query, "-o", mirrored.folder / "new.html",
                        "--spectral-library", mirrored.library)
    assert (result.code, "manifest.json" in result.err, "new.html" in names_in(mirrored.folder)) == (4, True, False)


def test_explain_draws_both_spectra(mirrored):
    words = words_of(mirrored.folder / "explained/q0_r1_library.svg")
    assert words[:3] == ["q, answer 1", ACETIC_ACID, "below: library spectrum acetic; 2 of 3 peaks are in both"]
    assert words.count("43.0178") == 2 and "31.0178" in words  # above and below
    [answer] = read_json(mirrored.folder / "explained/explained.json")["answers"]
    assert (answer["drawing"], answer["library_drawing"]) == ("q0_r1.svg", "q0_r1_library.svg")


def test_peaks_that_both_have_are_green_in_the_drawing(mirrored):
    lines = re.findall(r"<line [^>]*stroke='(#2f7a40|#8c8c8c)'[^>]*/>",
                       (mirrored.folder / "explained/q0_r1_library.svg").read_text())
    assert sorted(lines) == ["#2f7a40"] * 4 + ["#8c8c8c"] * 2


def test_a_drawing_of_electron_ionisation_has_whole_masses(tmp_path):
    made = Mirrored(tmp_path, EI_LIBRARY, EI_QUERY)
    made.search("--explain", tmp_path / "explained")
    words = words_of(tmp_path / "explained/q0_r1_library.svg")
    assert words.count("93") == 2 and not any("." in word for word in words[3:])
    answer = read_json(tmp_path / "explained/explained.json")["answers"][0]
    assert answer["message"] == "fragments are not looked for in spectra of electron ionisation"
    assert "q0_r1.svg" not in names_in(tmp_path / "explained")


def test_answers_of_library_spectra_are_explained_and_shown_without_a_model(tmp_path):
    program = tmp_path / "bin/specbridge"  # no model lies beside it
    program.parent.mkdir()
    shutil.copy(PROGRAM, program)
    made = Mirrored(tmp_path, EI_LIBRARY, EI_QUERY)
    made.search()
    library = ("--spectral-library", made.library)
    for command in (("search", made.query, *library, "-o", tmp_path / "again.tsv", "--page", tmp_path / "first.html",
                     "--explain", tmp_path / "first"),
                    ("explain", made.hits, made.query, *library, "-o", tmp_path / "second"),
                    ("page", made.hits, made.query, *library, "-o", tmp_path / "second.html")):
        done = subprocess.run([program, *map(str, command)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "no model: fragments have the fixed score" in done.stderr
    for folder in ("first", "second"):
        told = read_json(tmp_path / folder / "explained.json")
        assert ("model" in told, told["score"]) == (False, "fixed")
        assert "q0_r1_library.svg" in names_in(tmp_path / folder)
    assert beside(tmp_path / "second.html")[0]["name"] == "aniline"


def test_a_table_that_does_not_say_what_was_searched_is_explained_by_a_model(mirrored, tmp_path):
    program = tmp_path / "bin/specbridge"
    program.parent.mkdir()
    shutil.copy(PROGRAM, program)
    (tmp_path / "hits.tsv.run.json").unlink()
    done = subprocess.run([program, "explain", mirrored.hits, mirrored.query, "-o", tmp_path / "out"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no --model is given, and none came with this program" in done.stderr


def test_drawings_of_library_spectra_count_as_drawings(mirrored):
    said = succeed("explain", mirrored.hits, mirrored.query, "--spectral-library", mirrored.library, "--drawings", 1,
                   "-o", mirrored.folder / "few").err
    assert "1 drawing (1 more with --drawings)" in said
    assert [name for name in names_in(mirrored.folder / "few") if name.endswith(".svg")] == ["q0_r1.svg"]


def test_a_directory_with_such_drawings_is_replaced_when_told(mirrored):
    command = ("explain", mirrored.hits, mirrored.query, "-o", mirrored.folder / "explained", "--force")
    succeed(*command)
    assert "q0_r1_library.svg" not in names_in(mirrored.folder / "explained")


def test_names_that_mean_something_in_xml_stand_in_the_drawing_as_they_are(tmp_path):
    made = Mirrored(tmp_path, [LIBRARY[0].replace("acetic", "a<b>&c")])
    made.search("--explain", tmp_path / "explained")
    assert "below: library spectrum a<b>&c; 2 of 3 peaks are in both" in words_of(
        tmp_path / "explained/q0_r1_library.svg")


def test_the_service_answers_from_library_spectra_alone(mirrored):
    with serving("--spectral-library", mirrored.library) as service:
        told = service.get("/api/library").json
        assert (told["spectral_library"], told["spectra"], told["ranked_by"]) == ("spectra", 2, "library")
        assert "library" not in told and "model_fingerprint" not in told
        table = service.search(read_bytes(mirrored.query), format="tsv", name="query.mgf").body
        assert table == read_bytes(mirrored.hits)
        answer = service.search(read_bytes(mirrored.query), name="query.mgf").json
    assert answer["details"]["beside"] == [["acetic"]] and answer["details"]["in_beside"] == [[[0, SAME, SAME]]]


def test_the_tolerance_of_a_request_is_that_of_its_precursors(mirrored):
    near = QUERY.replace("PEPMASS=61.0284", "PEPMASS=61.0300")  # 26 ppm above that of the library
    with serving("--spectral-library", mirrored.library) as service:
        rows = {tolerance: service.search(near.encode(), format="tsv", tolerance=tolerance).body.decode()
                for tolerance in ("10ppm", "50ppm")}
        opened = service.search(near.encode(), format="tsv", open=1).body.decode()
    assert "empty_window" in rows["10ppm"] and "acetic" in rows["50ppm"] and "acetic" in opened


def test_the_service_joins_library_spectra_with_molecules(calibrated, mirrored):
    options = ("--library", calibrated.library, "--model", calibrated.model, "--spectral-library", mirrored.library)
    out = mirrored.folder / "joined.tsv"
    succeed("search", mirrored.query, *options, "-o", out)
    with serving(*options) as service:
        assert service.search(read_bytes(mirrored.query), format="tsv", name="query.mgf").body == read_bytes(out)
        told = service.get("/api/library").json
    assert (told["library"], told["spectral_library"]) == ("library", "spectra")
    assert "acetic" in [row["library_spectrum"] for row in read_table(out)]


def test_a_service_needs_something_to_search():
    result = specbridge("serve")
    assert (result.code, result.err) == (2, "specbridge: serve: expected --library or --spectral-library\n")


def test_a_service_of_a_library_that_is_gone_ends(mirrored):
    shutil.rmtree(mirrored.library)
    result = specbridge("serve", "--spectral-library", mirrored.library)
    assert result.code == 4 and str(mirrored.library) in result.err
