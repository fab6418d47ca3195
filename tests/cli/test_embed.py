"""specbridge embed: vectors of spectra and of molecules as a NumPy array, and whose they are."""

import gzip
import json
import os
import signal
import subprocess

import numpy
import pytest

from cli_support import (DATA, PROGRAM, SECONDS_AT_MOST, SHARD, molecule_lines, names_in, payload, read_json,
                         read_records, read_table, specbridge, spectrum, succeed, write_records)

MOLECULES = "e1\tCCO\nopen\tCC(\na1\tCC(C)=O\ne2\tOCC\nstar\tC*\n"


@pytest.fixture
def embed(made, tmp_path):
    """Embeds with a model of the session; returns the array and the rows of the table beside it."""
    def run(*inputs, model=None, name="vectors", **options):
        out = tmp_path / f"{name}.npy"
        run.result = succeed("embed", *inputs, "--model", model or made.model["roberta"], "-o", out, **options)
        return numpy.load(out), read_table(tmp_path / f"{name}.ids.tsv")

    return run


def scores_of(made, model, library, tmp_path, kind_of_score):
    out = tmp_path / "hits.tsv"
    succeed("search", made.spectra, "--model", model, "--library", library, "--rank-by", "cosine", "-k", 0, "-o", out)
    return {(int(row["query_index"]), row["smiles"]): float(row[kind_of_score])
            for row in read_table(out) if row["rank"]}


def expect_cosines(spectra, molecules, scores):
    """The inner product of a spectrum and a molecule is what a search shows."""
    of_molecule = {row["smiles"]: molecules[0][int(row["row"])] for row in molecules[1] if row["row"]}
    of_query = {int(row["query_index"]): spectra[0][int(row["row"])] for row in spectra[1] if row["row"]}
    assert scores
    for (query, smiles), score in scores.items():
        assert float(of_query[query] @ of_molecule[smiles]) == pytest.approx(score, abs=1e-6)


def test_an_inner_product_is_the_cosine_of_a_search(made, embed, tmp_path, kind):
    spectra = embed(made.spectra, model=made.model[kind])
    molecules = embed(DATA / "library.smi.gz", model=made.model[kind], name="molecules")
    scores = scores_of(made, made.model[kind], made.library[kind], tmp_path, "score")
    expect_cosines(spectra, molecules, scores)


def test_an_inner_product_is_the_evidence_of_a_model_with_fragments(made, fitted, embed, tmp_path):
    spectra = embed(made.spectra, model=fitted.model)
    molecules = embed(DATA / "library.smi.gz", model=fitted.model, name="molecules")
    scores = scores_of(made, fitted.model, fitted.library, tmp_path, "evidence.cosine")
    expect_cosines(spectra, molecules, scores)


def test_vectors_of_several_trainings_stand_side_by_side(made, embed, tmp_path):
    model = tmp_path / "ensemble"
    succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "--set", "members=3", "-o", model)
    spectra = embed(made.spectra, model=model)
    molecules = embed(DATA / "library.smi.gz", model=model, name="molecules")
    dim = read_json(model / "manifest.json")["dim"]
    assert spectra[0].shape[1] == molecules[0].shape[1] == 3 * dim
    for vectors, _ in (spectra, molecules):
        assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    alone = embed(DATA / "library.smi.gz", model=made.model["morgan"], name="alone")[0]
    assert molecules[0][:, :dim] * numpy.sqrt(3) == pytest.approx(alone, abs=1e-6)
    expect_cosines(spectra, molecules, scores_of(made, model, made.library["morgan"], tmp_path, "score"))


def test_the_array_is_as_numpy_writes_one(embed, made, tmp_path):
    vectors, rows = embed(made.spectra)
    assert vectors.dtype == numpy.dtype("<f4") and vectors.flags["C_CONTIGUOUS"]
    assert vectors.shape == (len(rows), read_json(made.model["roberta"] / "manifest.json")["dim"])
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    raw = (tmp_path / "vectors.npy").read_bytes()
    assert raw[:8] == b"\x93NUMPY\x01\x00"
    assert len(raw) == 128 + vectors.nbytes and raw[127:128] == b"\n"
    assert numpy.load(tmp_path / "vectors.npy", mmap_mode="r").shape == vectors.shape


def test_molecules_get_the_vectors_of_a_library(made, embed, kind):
    vectors, rows = embed(DATA / "library.smi.gz", model=made.model[kind])
    stated = numpy.frombuffer(payload(made.library[kind] / SHARD / "vectors.f32"), "<f4").reshape(-1, vectors.shape[1])
    lines = molecule_lines(made.library[kind] / SHARD)
    of_library = {line.split("\t")[1]: row for line, row in zip(lines, stated)}
    assert len(rows) >= len(lines)
    for row in rows:
        assert numpy.array_equal(vectors[int(row["row"])], of_library[row["smiles"]])


@pytest.mark.parametrize("options", [("--threads", 1, "--batch", 1), ("--threads", 2, "--batch", 5)])
def test_bytes_depend_neither_on_threads_nor_on_the_batch(made, embed, tmp_path, options):
    for name, inputs in (("spectra", made.spectra), ("molecules", DATA / "library.smi.gz")):
        embed(inputs, name=f"{name}-expected")
        embed(inputs, *options, name=f"{name}-found")
        for ending in ("npy", "ids.tsv"):
            expected, found = tmp_path / f"{name}-expected.{ending}", tmp_path / f"{name}-found.{ending}"
            assert found.read_bytes() == expected.read_bytes()


def test_a_spectrum_has_its_vector_in_any_company(made, embed, tmp_path):
    records = read_records(made.spectra)
    together, _ = embed(made.spectra)
    alone, rows = embed(write_records(tmp_path / "one.mgf", records[7:8]), name="alone")
    assert [row["query_index"] for row in rows] == ["0"]
    assert numpy.array_equal(alone[0], together[7])


def test_every_spectrum_has_a_line_with_its_row_or_the_reason(embed, tmp_path):
    good = {"PEPMASS": 200.1, "CHARGE": "1+", "ADDUCT": "[M+H]+"}
    spectra = write_records(tmp_path / "mixed.mgf", [
        spectrum(SPECTRUM_ID="a", **good), spectrum(SPECTRUM_ID="b", CHARGE="1+"),
        spectrum(peaks="", SPECTRUM_ID="c", **good), spectrum(SPECTRUM_ID="d", MSLEVEL=1, **good),
        spectrum(SPECTRUM_ID="e", MSLEVEL=3, **good), spectrum(peaks="x y", SPECTRUM_ID="f", **good),
        spectrum(SPECTRUM_ID="g", **good)])
    vectors, rows = embed(spectra)
    assert list(rows[0]) == ["query_id", "query_index", "row", "status", "message"]
    assert [(row["query_id"], row["query_index"], row["row"], row["status"]) for row in rows] == [
        ("a", "0", "0", "ok"), ("b", "1", "", "no_precursor"), ("c", "2", "", "no_peaks"), ("e", "3", "", "not_ms2"),
        ("f", "4", "", "bad_record"), ("g", "5", "1", "ok")]
    assert all(row["message"] for row in rows if not row["row"])
    assert len(vectors) == 2 and numpy.array_equal(vectors[0], vectors[1])
    assert "2 vectors of 32 numbers from 6 spectra; without: 1 bad_record, 1 no_peaks, 1 no_precursor, 1 not_ms2; " \
           "1 MS1 scan passed over; whose they are: " in embed.result.err


def test_a_spectrum_without_adduct_has_a_vector_and_a_note(embed, tmp_path):
    spectra = write_records(tmp_path / "bare.mgf", [spectrum(PEPMASS=200.1), spectrum(PEPMASS=200.1, ADDUCT="[M+Ag]+")])
    vectors, rows = embed(spectra)
    assert len(vectors) == 2
    assert rows[1]["message"] == "the model was not trained on [M+Ag]+"


def test_every_row_of_a_list_has_a_line_with_its_row_or_the_reason(embed, tmp_path):
    (tmp_path / "list.smi").write_text(MOLECULES)
    vectors, rows = embed(tmp_path / "list.smi")
    assert list(rows[0]) == ["id", "index", "smiles", "inchikey14", "row", "status", "message"]
    assert [tuple(row.values())[:6] for row in rows] == [
        ("e1", "0", "CCO", "LFQSCWFLJHTTHZ", "0", "ok"), ("open", "1", "", "", "", "not_smiles"),
        ("a1", "2", "CC(C)=O", "CSCPPACGZOOCGX", "1", "ok"), ("e2", "3", "CCO", "LFQSCWFLJHTTHZ", "2", "ok"),
        ("star", "4", "", "", "", "wildcard")]
    assert rows[1]["message"] == '"CC(" is not a SMILES'
    assert numpy.array_equal(vectors[0], vectors[2])


def test_a_molecule_that_the_encoder_cannot_place_has_no_row(made, embed, tmp_path):
    (tmp_path / "list.smi").write_text("a\tCCO\nb\t[H][H]\n")
    vectors, rows = embed(tmp_path / "list.smi", model=made.model["morgan"])
    assert len(vectors) == sum(row["row"] != "" for row in rows)
    for row in rows:
        assert (row["row"] == "") == (row["status"] != "ok")


def test_compressed_inputs_and_several_files(made, embed, tmp_path):
    text = made.spectra.read_bytes()
    (tmp_path / "a.mgf.gz").write_bytes(gzip.compress(text, mtime=0))
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(b"name,SMILES\nethanol,CCO\n", mtime=0))
    once, _ = embed(made.spectra, name="once")
    twice, rows = embed(tmp_path / "a.mgf.gz", made.spectra)
    assert numpy.array_equal(twice, numpy.concatenate([once, once]))
    assert [row["query_index"] for row in rows] == [str(i) for i in range(len(twice))]
    assert {row["file"] for row in rows} == {str(tmp_path / "a.mgf.gz"), str(made.spectra)}
    assert embed(tmp_path / "list.csv.gz", name="molecules")[1][0]["id"] == "ethanol"


def test_a_folder_is_gone_through_behind_a_damaged_file(made, embed, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    records = read_records(made.spectra)
    packed = gzip.compress("\n".join(records[:20]).encode(), mtime=0)
    (folder / "a.mgf.gz").write_bytes(packed[:len(packed) // 2])
    write_records(folder / "b.mgf", records[20:22])
    vectors, rows = embed(folder)
    assert len(vectors) == len(rows) >= 2
    assert [row["file"] for row in rows][-2:] == [str(folder / "b.mgf")] * 2
    assert "the run goes on" in embed.result.err and "1 file could not be read to the end" in embed.result.err


def test_standard_input_needs_to_be_told(made, embed, tmp_path):
    refused = specbridge("embed", "-", "--model", made.model["roberta"], "-o", tmp_path / "x.npy", stdin=b"CCO\n")
    assert (refused.code, refused.err) == (2, "specbridge: embed: what standard input brings is not looked at "
                                              "beforehand; say --spectra or --molecules\n")
    assert embed("-", "--molecules", stdin=b"CCO\n")[1][0]["smiles"] == "CCO"
    assert len(embed("-", "--spectra", stdin=made.spectra.read_bytes(), name="s")[0]) == len(read_records(made.spectra))


def test_the_shipped_model_is_used_when_none_is_named(tmp_path):
    (tmp_path / "list.smi").write_text(MOLECULES)
    result = succeed("embed", tmp_path / "list.smi", "-o", tmp_path / "v.npy")
    assert "which comes with the program (--model names another)" in result.err
    assert numpy.load(tmp_path / "v.npy").shape == (3, 768)


def test_the_summary_is_to_be_had_as_json(made, tmp_path):
    (tmp_path / "list.smi").write_text(MOLECULES)
    said = json.loads(succeed("embed", tmp_path / "list.smi", "--model", made.model["morgan"], "--json", "-q", "-o",
                              tmp_path / "v.npy").out)
    manifest = read_json(made.model["morgan"] / "manifest.json")
    assert said == {"kind": "molecules", "model": manifest["fingerprint"], "records": 5, "rows": 3, "dim": 64,
                    "without_vector": {"not_smiles": 1, "wildcard": 1}, "ms1_scans": 0, "damaged_files": 0}


# What is refused

@pytest.fixture
def refuse(made, tmp_path):
    """Runs an embedding that must fail with one line and leave nothing."""
    folder = tmp_path / "outputs"
    folder.mkdir()

    def check(code, message, *arguments, out="v.npy"):
        result = specbridge("embed", *arguments, "--model", made.model["morgan"], "-o", folder / out)
        assert (result.code, result.out, result.err) == (code, "", f"specbridge: {message}\n")
        assert names_in(folder) == []

    check.folder = folder
    return check


def test_names_that_promise_another_format_are_refused(refuse, made):
    refuse(2, f"{refuse.folder / 'v.tsv'}: vectors are written as a NumPy array; name a file that ends in .npy",
           made.spectra, out="v.tsv")


@pytest.mark.parametrize("there", ["v.npy", "v.ids.tsv"])
def test_what_exists_is_refused_unless_it_may_be_replaced(made, tmp_path, there):
    (tmp_path / there).write_text("mine")
    command = ("embed", made.spectra, "--model", made.model["morgan"], "-o", tmp_path / "v.npy")
    result = specbridge(*command)
    assert (result.code, result.err) == (5, f"specbridge: {tmp_path / there}: exists already; choose another name or "
                                            "replace it with --force\n")
    assert names_in(tmp_path) == [there] and (tmp_path / there).read_text() == "mine"
    succeed(*command, "--force")
    assert len(numpy.load(tmp_path / "v.npy")) == len(read_table(tmp_path / "v.ids.tsv"))


def test_spectra_and_molecules_are_embedded_apart(refuse, made):
    refuse(2, f"embed: {made.spectra} holds spectra, {DATA / 'library.smi.gz'} holds molecules; embed them in runs of "
              "their own", made.spectra, DATA / "library.smi.gz")


def test_a_file_that_is_neither_is_refused(refuse, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of the kind, at all!\n")
    refuse(3, f"{tmp_path / 'notes.txt'}: holds neither spectra (MGF, MSP, MassBank records, mzML, GNPS JSON, "
              "JCAMP-DX, MassSpecGym TSV or a library of FastEI) nor "
              "molecules (SMILES lists, CSV or TSV with a SMILES column, SDF); --spectra or --molecules says what it "
              "should be, and the run then what is wrong with it", tmp_path / "notes.txt")


def test_a_missing_file_is_named(refuse, tmp_path):
    for kind in ((), ("--spectra",), ("--molecules",)):
        refuse(3, f"{tmp_path / 'no.mgf'}: cannot be read (No such file or directory)", tmp_path / "no.mgf", *kind)


def test_lists_without_a_molecule_are_refused(refuse, tmp_path):
    (tmp_path / "list.smi").write_text("a\tC*\nb\tCC*\n")
    refuse(3, f"{tmp_path / 'list.smi'}: none of 2 rows is a molecule", tmp_path / "list.smi")


def test_a_damaged_model_gives_no_vector(made, tmp_path):
    result = specbridge("embed", made.spectra, "--model", tmp_path, "-o", tmp_path / "v.npy")
    assert result.code == 4 and names_in(tmp_path) == []


@pytest.mark.parametrize("option, content", [("--spectra", "spectra"), ("--molecules", "molecules")])
def test_an_interrupted_run_leaves_nothing(made, tmp_path, option, content):
    text = made.spectra.read_bytes() if content == "spectra" else MOLECULES.encode()
    command = [PROGRAM, "embed", "-", option, "--model", made.model["morgan"], "-o", tmp_path / "v.npy"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    while len(names_in(tmp_path)) < 2:  # both outputs are begun, so the program is within its work
        assert process.poll() is None
    process.stdin.write(text)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS_AT_MOST)
    assert (process.returncode, err) == (130, b"specbridge: interrupted; nothing was published\n")
    assert names_in(tmp_path) == []


def test_a_pipe_cannot_take_an_array(made, tmp_path):
    os.mkfifo(tmp_path / "v.npy")
    result = specbridge("embed", made.spectra, "--model", made.model["morgan"], "-o", tmp_path / "v.npy")
    assert result.code == 2 and "vectors cannot go through a pipe" in result.err
    assert names_in(tmp_path) == ["v.npy"]
