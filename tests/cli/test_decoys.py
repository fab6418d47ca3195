"""index --decoys, and search --decoy-library: how many answers are wrong, by spectra that are of no compound."""

import json

import pytest

from cli_support import names_in, read_json, read_table, specbridge, succeed

ETHANOL = "\n".join(["BEGIN IONS", "TITLE=ethanol", "SPECTRUM_ID=x", "PEPMASS=47.0491", "ADDUCT=[M+H]+", "SMILES=CCO",
                     "29.0386 10", "19.0178 5", "END IONS", ""])


@pytest.fixture(scope="module")
def libraries(made, tmp_path_factory):
    """The training spectra, and decoys of them."""
    folder = tmp_path_factory.mktemp("decoys")
    succeed("index", "--spectra", made.train, "-o", folder / "spectra")
    said = json.loads(succeed("index", "--decoys", folder / "spectra", "-o", folder / "decoys", "--json").out)
    return {"spectra": folder / "spectra", "decoys": folder / "decoys", "said": said}


def search(libraries, queries, out, *options):
    succeed("search", queries, "--spectral-library", libraries["spectra"], "-o", out, *options)
    return read_table(out), read_json(f"{out}.run.json")


def test_each_spectrum_has_a_decoy(libraries):
    targets, decoys = (read_json(libraries[name] / "manifest.json") for name in ("spectra", "decoys"))
    assert libraries["said"]["decoys"] == targets["spectra"] == decoys["spectra"]
    assert libraries["said"]["molecules"] == targets["molecules"] == decoys["molecules"]
    assert (libraries["said"]["incomplete"] == 0) == (targets["peaks"] == decoys["peaks"])
    assert decoys["decoys"] is True and "decoys" not in targets
    assert decoys["rule"] == targets["rule"] and decoys["seed"] == 1
    assert "all hold" in succeed("info", libraries["decoys"]).out


def test_decoys_follow_the_seed_and_not_the_threads(libraries, tmp_path):
    for name, options in (("same", ("--threads", 2)), ("other", ("--seed", 2))):
        succeed("index", "--decoys", libraries["spectra"], "-o", tmp_path / name, *options)
    for name in names_in(tmp_path / "same"):
        if name != "manifest.json":  # which states the command line
            assert (tmp_path / "same" / name).read_bytes() == (libraries["decoys"] / name).read_bytes(), name
    other = (tmp_path / "other" / "peak_mz.u32").read_bytes()
    assert other != (libraries["decoys"] / "peak_mz.u32").read_bytes()


def test_q_values_come_from_decoys(libraries, made, tmp_path):
    rows, record = search(libraries, made.train, tmp_path / "hits.tsv", "--leave-own-out", "-k", 2, "--decoy-library",
                          libraries["decoys"])
    assert record["q_values"] == "decoy spectra"
    first = [row for row in rows if row["rank"] == "1"]
    # Queries without an answer have their decoys, too.
    decoys = {row["query_index"]: float(row["decoy_similarity"]) for row in rows if row["decoy_similarity"]}
    scores = [float(row["score"]) for row in first]
    assert decoys and first
    for row in first:
        shares = [(sum(decoy >= bar for decoy in decoys.values()) + 1) / sum(score >= bar for score in scores)
                  for bar in scores if bar <= float(row["score"])]
        assert float(row["q_value"]) == pytest.approx(min(1, *shares), abs=1e-4)


def test_answers_are_those_without_decoys(libraries, made, tmp_path):
    plain, record = search(libraries, made.train, tmp_path / "plain.tsv", "--leave-own-out")
    assert record["q_values"] == "second answers" and "decoy_similarity" not in plain[0]
    rows, _ = search(libraries, made.train, tmp_path / "hits.tsv", "--leave-own-out", "--decoy-library",
                     libraries["decoys"])
    left_out = ("q_value", "decoy_similarity")
    assert [{key: value for key, value in row.items() if key not in left_out} for row in rows] == [
        {key: value for key, value in row.items() if key not in left_out} for row in plain]


def test_json_lines_tell_the_decoy_of_a_query(libraries, made, tmp_path):
    succeed("search", made.train, "--spectral-library", libraries["spectra"], "--decoy-library", libraries["decoys"],
            "-o", tmp_path / "hits.jsonl")
    queries = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text().splitlines()]
    assert any(isinstance(query["decoy_similarity"], float) for query in queries)


def test_the_decoy_of_the_query_itself_is_left_out_with_it(tmp_path):
    (tmp_path / "q.mgf").write_text(ETHANOL)
    succeed("index", "--spectra", tmp_path / "q.mgf", "-o", tmp_path / "spectra")
    succeed("index", "--decoys", tmp_path / "spectra", "-o", tmp_path / "decoys")
    libraries = {"spectra": tmp_path / "spectra"}
    options = ("--decoy-library", tmp_path / "decoys")
    rows, _ = search(libraries, tmp_path / "q.mgf", tmp_path / "all.tsv", *options)
    assert float(rows[0]["decoy_similarity"]) > 0.9  # a library of one spectrum has its peaks alone
    rows, _ = search(libraries, tmp_path / "q.mgf", tmp_path / "left.tsv", "--leave-own-out", *options)
    assert rows[0]["decoy_similarity"] == ""


def test_decoys_of_any_precursor_are_compared_where_spectra_are(libraries, made, tmp_path):
    options = ("--leave-own-out", "--decoy-library", libraries["decoys"])
    closed, _ = search(libraries, made.train, tmp_path / "closed.tsv", "-k", 1, *options)
    opened, _ = search(libraries, made.train, tmp_path / "open.tsv", "-k", 1, "--open", *options)
    pairs = [(float(a["decoy_similarity"] or 0), float(b["decoy_similarity"] or 0)) for a, b in zip(closed, opened)]
    assert all(b >= a for a, b in pairs) and any(b > a for a, b in pairs)


def test_decoys_are_no_library(libraries, made, tmp_path):
    result = specbridge("search", made.train, "--spectral-library", libraries["decoys"], "-o", tmp_path / "hits.tsv")
    assert result.code == 4 and f"{libraries['decoys']}: holds decoy spectra, which are of no compound" in result.err
    result = specbridge("index", "--decoys", libraries["decoys"], "-o", tmp_path / "again")
    assert result.code == 4 and "holds decoy spectra already" in result.err
    assert names_in(tmp_path) == []


def test_a_library_is_no_decoys(libraries, made, tmp_path):
    result = specbridge("search", made.train, "--spectral-library", libraries["spectra"], "--decoy-library",
                        libraries["spectra"], "-o", tmp_path / "hits.tsv")
    assert result.code == 4 and "holds spectra of compounds, expected decoys; make decoys with" in result.err


def test_decoys_of_another_library_are_refused(libraries, made, tmp_path):
    (tmp_path / "q.mgf").write_text(ETHANOL)
    succeed("index", "--spectra", tmp_path / "q.mgf", "-o", tmp_path / "spectra")
    succeed("index", "--decoys", tmp_path / "spectra", "-o", tmp_path / "decoys")
    result = specbridge("search", made.train, "--spectral-library", libraries["spectra"], "--decoy-library",
                        tmp_path / "decoys", "-o", tmp_path / "hits.tsv")
    assert result.code == 4 and "holds decoys of library " in result.err
    assert not (tmp_path / "hits.tsv").exists()


@pytest.mark.parametrize("options, complaint", [
    (("--merge", "feature"), "search: --decoy-library is for spectra that are answered singly; leave out --merge"),
    (("--candidates", "pools.json"), "search: --decoy-library is for searches of library spectra alone")])
def test_decoys_are_for_single_spectra_in_library_spectra_alone(libraries, made, tmp_path, options, complaint):
    result = specbridge("search", made.train, "--spectral-library", libraries["spectra"], "--decoy-library",
                        libraries["decoys"], "-o", tmp_path / "hits.tsv", *options)
    assert result.code == 2 and result.err.startswith(f"specbridge: {complaint}")


def test_vectors_and_other_rankings_have_no_decoys(libraries, made, tmp_path):
    succeed("index", "--spectra", made.train, "--model", made.model["morgan"], "-o", tmp_path / "vectors")
    succeed("index", "--decoys", tmp_path / "vectors", "-o", tmp_path / "decoys")
    common = ("search", made.train, "--spectral-library", tmp_path / "vectors", "--decoy-library", tmp_path / "decoys",
              "--model", made.model["morgan"], "-o", tmp_path / "hits.tsv")
    result = specbridge(*common, "--score", "vector")
    assert result.code == 2 and "decoy spectra have no vectors" in result.err
    result = specbridge(*common, "--rank-by", "cosine")
    assert result.code == 2 and "--decoy-library is for --rank-by library" in result.err


def test_a_decoy_library_needs_a_spectral_library(libraries, made, tmp_path):
    result = specbridge("search", made.train, "--library", made.library["morgan"], "--decoy-library",
                        libraries["decoys"], "-o", tmp_path / "hits.tsv")
    assert result.code == 2 and "--decoy-library: expected --spectral-library with it" in result.err


def test_what_decoys_cannot_be_made_of(libraries, made, tmp_path):
    succeed("index", "--spectra", made.train, "--preset", "massbank", "-o", tmp_path / "near")
    result = specbridge("index", "--decoys", tmp_path / "near", "-o", tmp_path / "decoys")
    assert result.code == 2 and f"--decoys: the peaks of {tmp_path}/near are too near to each other" in result.err
    result = specbridge("index", "--decoys", libraries["spectra"], "--spectra", made.train, "-o", tmp_path / "decoys")
    assert result.code == 2 and "makes decoys of a library of spectra that is there already" in result.err
    result = specbridge("index", "--decoys", libraries["spectra"], "--preset", "gnps", "-o", tmp_path / "decoys")
    assert result.code == 2 and "--preset" in result.err
    result = specbridge("index", "--decoys", made.library["morgan"], "-o", tmp_path / "decoys")
    assert result.code == 4 and "expected a spectral-library" in result.err
    assert names_in(tmp_path) == ["near"]


def test_decoys_that_are_there_are_not_replaced(libraries):
    before = (libraries["decoys"] / "manifest.json").read_bytes()
    result = specbridge("index", "--decoys", libraries["spectra"], "-o", libraries["decoys"])
    assert result.code != 0 and "--force" in result.err
    assert (libraries["decoys"] / "manifest.json").read_bytes() == before
