"""specbridge search: which candidates each mode ranks, and what the table says of them."""

import gzip
import json
import struct

import pytest

from cli_support import (DATA, SHARD, by_query, field, molecule_lines, payload, read_records, read_table, specbridge,
                         spectrum, succeed, write_json, write_records)

QUERIES = DATA / "query.mgf"
HEADER = ("query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\texact_mass\tmass_error_ppm\t"
          "adduct\tprecursor_mz\tcandidates\tstatus\tmessage\tmargin\tretention_time\tpeaks_used\t"
          "name\tinchikey")
# m/z = mass + shift for the adducts of the demo data: proton, sodium, and minus a proton.
ION_SHIFT = {"[M+H]+": 1.007276467, "[M+Na]+": 22.989218, "[M-H]-": -1.007276467}

KEY_OF_RECORD = {field(record, "SPECTRUM_ID"): field(record, "INCHIKEY")[:14]
                 for record in read_records(DATA / "val.mgf.gz")}


def library_rows(made):
    """(mass, inchikey14, SMILES) of the library, read from its files."""
    lines = molecule_lines(made.library["morgan"] / SHARD)
    masses = struct.unpack(f"<{len(lines)}d", payload(made.library["morgan"] / SHARD / "masses.f64"))
    return [(mass, line.split("\t")[2][:14], line.split("\t")[1]) for mass, line in zip(masses, lines)]


@pytest.fixture
def search(made, tmp_path):
    """Searches with the Morgan model and library; returns the rows of the table."""
    def run(spectra, *options, kind="morgan", library=True):
        given = ("--library", made.library[kind]) if library else ()
        succeed("search", spectra, "--model", made.model[kind], *given, "-o", tmp_path / "hits.tsv", "--force",
                *options)
        return read_table(tmp_path / "hits.tsv")

    return run


def answered(rows):
    return {index: hits for index, hits in by_query(rows).items() if hits[0]["status"] == "ok"}


def options_of(mode, made):
    return {"mass window": (QUERIES,), "formula": (made.spectra, "--formula"), "open": (QUERIES, "--open"),
            "pools": (made.spectra, "--candidates", made.pools)}[mode]


@pytest.mark.parametrize("mode", ["mass window", "formula", "pools", "open"])
def test_rows_of_a_query_stand_by_rank_with_falling_scores_and_one_row_a_structure(made, search, kind, mode):
    queries = by_query(search(*options_of(mode, made), kind=kind))
    assert list(queries) == list(range(len(queries)))
    for hits in answered([row for rows in queries.values() for row in rows]).values():
        scores = [float(hit["score"]) for hit in hits]
        assert [hit["rank"] for hit in hits] == [str(rank) for rank in range(1, len(hits) + 1)]
        assert scores == sorted(scores, reverse=True)
        assert len({hit["inchikey14"] for hit in hits}) == len(hits)
        assert len(hits) == min(10, int(hits[0]["candidates"]))
        assert len({hit["candidates"] for hit in hits}) == 1


def test_the_margin_is_what_lies_between_a_structure_and_the_next(search):
    for rows in answered(search(QUERIES, "-k", 0)).values():
        scores = [float(row["score"]) for row in rows]
        assert [float(row["margin"]) for row in rows[:-1]] == pytest.approx(
            [score - after for score, after in zip(scores, scores[1:])], abs=1e-6)
        assert rows[-1]["margin"] == ""


@pytest.mark.parametrize("mode", ["mass window", "formula", "pools"])
def test_k_0_writes_all_candidates_and_begins_with_the_short_list(made, search, mode):
    options = options_of(mode, made)
    short, whole = by_query(search(*options)), by_query(search(*options, "-k", 0))
    for index, hits in whole.items():
        assert hits[:10] == short[index]
        if hits[0]["status"] == "ok":
            assert len(hits) == int(hits[0]["candidates"])


def test_the_header_names_the_columns_that_others_rely_on(search, tmp_path):
    search(QUERIES)
    assert (tmp_path / "hits.tsv").read_text().splitlines()[0] == HEADER


def test_the_summary_counts_queries_by_status(made, tmp_path):
    result = succeed("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                     tmp_path / "hits.tsv")
    assert result.err == ("22 spectra, 20 answered; not: 1 no_precursor, 1 unknown_adduct; hits in "
                          f"{tmp_path / 'hits.tsv'}\n")
    result = succeed("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                     tmp_path / "again.tsv", "--json", "-q")
    assert (json.loads(result.out), result.err) == (
        {"queries": 22, "answered": 20, "merged": 0, "left_out": 0,
         "unanswered": {"no_precursor": 1, "unknown_adduct": 1},
         "ms1_scans": 0, "charge_conflicts": 0, "oddities": {},
         "unseen_adducts": {}, "assumed_adducts": {}, "damaged_files": 0,
         "unusable": 2}, "")


def test_the_mass_window_holds_exactly_the_library_within_tolerance(made, search):
    library = library_rows(made)
    for hits in answered(search(QUERIES, "-k", 0, "--tolerance", "50ppm")).values():
        measured, shift = float(hits[0]["precursor_mz"]), ION_SHIFT[hits[0]["adduct"]]
        width = measured * 50e-6
        expected = {key for mass, key, _ in library if abs(mass + shift - measured) <= width}
        assert {hit["inchikey14"] for hit in hits} == expected


def test_the_default_tolerance_is_10_ppm(search):
    assert search(QUERIES, "-k", 0) == search(QUERIES, "-k", 0, "--tolerance", "10ppm")


def test_mass_errors_are_those_of_the_stated_masses(search):
    hits = [hit for rows in answered(search(QUERIES, "--tolerance", "0.02Da")).values() for hit in rows]
    assert {hit["adduct"] for hit in hits} == set(ION_SHIFT)
    for hit in hits:
        expected = float(hit["exact_mass"]) + ION_SHIFT[hit["adduct"]]
        error = (float(hit["precursor_mz"]) - expected) / expected * 1e6
        assert float(hit["mass_error_ppm"]) == pytest.approx(error, abs=0.02)


def test_the_right_molecule_is_among_the_candidates_of_every_query(search):
    record_of = {row["query"]: row["spectrum"] for row in read_table(DATA / "query_truth.tsv")}
    for hits in answered(search(QUERIES, "-k", 0)).values():
        truth = KEY_OF_RECORD[record_of[hits[0]["query_id"]]]
        assert truth in {hit["inchikey14"] for hit in hits}


def test_a_formula_given_on_the_command_line_holds_for_every_record(search):
    hits = [hit for rows in answered(search(QUERIES, "--formula=C9H8O4")).values() for hit in rows]
    assert {hit["formula"] for hit in hits} == {"C9H8O4"}
    assert {len(rows) for rows in answered(search(QUERIES, "-k", 0, "--formula=C9H8O4")).values()} == {
        int(hits[0]["candidates"])}


def test_formula_alone_takes_the_formula_of_each_record(made, search):
    formulas = [field(record, "FORMULA") for record in read_records(made.spectra)]
    for index, hits in answered(search(made.spectra, "--formula")).items():
        assert {hit["formula"] for hit in hits} == {formulas[index]}


def test_a_pool_is_ranked_whatever_the_mass_and_the_library(search, tmp_path):
    pools = write_json(tmp_path / "pools.json", {"OCC": ["CCO", "CCCCCCCC", "c1ccccc1", "C(C)O"]})
    record = spectrum(PRECURSOR_MZ=500.1, ADDUCT="[M+H]+", SMILES="C(O)C")
    rows = search(write_records(tmp_path / "one.mgf", [record]), "--candidates", pools, library=False)
    assert sorted(row["smiles"] for row in rows) == ["CCCCCCCC", "CCO", "c1ccccc1"]
    assert {row["candidates"] for row in rows} == {"3"}


def test_vectors_of_a_library_change_nothing_in_the_hits_of_pools(made, search, kind):
    options = (made.spectra, "--candidates", made.pools, "-k", 0)
    assert search(*options, kind=kind) == search(*options, kind=kind, library=False)


def test_candidates_with_one_inchikey14_are_one_structure_with_its_best_score(search, tmp_path):
    tautomers = ["Oc1ccccn1", "O=c1cccc[nH]1"]
    record = spectrum(PRECURSOR_MZ=96.0444, ADDUCT="[M+H]+", SMILES=tautomers[0])
    query = write_records(tmp_path / "one.mgf", [record])
    alone = []
    for smiles in tautomers:
        pools = write_json(tmp_path / "pools.json", {tautomers[0]: [smiles]})
        alone += search(query, "--candidates", pools, library=False)
    pools = write_json(tmp_path / "pools.json", {tautomers[0]: [*tautomers, "c1ccccc1"]})
    rows = search(query, "--candidates", pools, library=False)
    best = max(alone, key=lambda row: float(row["score"]))
    found = next(row for row in rows if row["inchikey14"] == best["inchikey14"])
    assert alone[0]["inchikey14"] == alone[1]["inchikey14"]
    assert alone[0]["score"] != alone[1]["score"]
    assert len(rows) == 2
    assert {row["candidates"] for row in rows} == {"2"}
    assert (found["score"], found["smiles"]) == (best["score"], best["smiles"])


def test_equal_scores_stand_in_the_order_of_the_smiles_in_pools(search, tmp_path):
    # Long chains have the same kinds of environments; their counts differ, so most scores do, too.
    pools = write_json(tmp_path / "pools.json", {"CCO": ["CCCCCCCCCCCC", "CCCCCCCCCCCCC", "CCCCCCCCCCC"]})
    record = spectrum(PRECURSOR_MZ=96.0444, ADDUCT="[M+H]+", SMILES="CCO")
    rows = search(write_records(tmp_path / "one.mgf", [record]), "--candidates", pools, library=False)
    keys = [(-float(row["score"]), row["smiles"]) for row in rows]
    assert keys == sorted(keys)


def test_an_open_search_over_a_flat_index_is_the_scan_of_everything(search, kind):
    scan = answered(search(QUERIES, "-k", 0, "--tolerance", "5000Da", kind=kind))
    whole = answered(search(QUERIES, "-k", 0, "--open", kind=kind))
    short = answered(search(QUERIES, "-k", 10, "--open", kind=kind))
    assert len(scan) == 20
    for index, hits in scan.items():
        assert whole[index] == hits
        assert [(hit["rank"], hit["score"], hit["smiles"]) for hit in short[index]] == [
            (hit["rank"], hit["score"], hit["smiles"]) for hit in hits[:10]]


def test_hits_of_an_approximate_index_have_exact_scores(made, search, tmp_path):
    scan = answered(search(QUERIES, "-k", 0, "--tolerance", "5000Da"))
    succeed("index", DATA / "library.smi.gz", "--model", made.model["morgan"], "-o", tmp_path / "ivf", "--faiss",
            "IVF16,SQ8")
    succeed("search", QUERIES, "--model", made.model["morgan"], "--library", tmp_path / "ivf", "--open", "-o",
            tmp_path / "open.tsv", "--nprobe", 16)
    found = answered(read_table(tmp_path / "open.tsv"))
    for index, hits in scan.items():
        exact = {hit["inchikey14"]: hit["score"] for hit in hits}
        assert {hit["inchikey14"]: hit["score"] for hit in found[index]}.items() <= exact.items()
        assert found[index][0]["smiles"] == hits[0]["smiles"]


def test_a_record_with_an_unreadable_adduct_is_still_answered_by_an_open_search(search):
    hits = by_query(search(QUERIES, "--open"))[21]
    assert {(hit["query_id"], hit["status"], hit["mass_error_ppm"]) for hit in hits} == {("QUERY022", "ok", "")}


def test_spectra_can_be_compressed_or_come_from_standard_input(made, tmp_path):
    options = ("--model", made.model["morgan"], "--library", made.library["morgan"], "-o", "-", "-q")
    (tmp_path / "query.mgf.gz").write_bytes(gzip.compress(QUERIES.read_bytes()))
    plain = succeed("search", QUERIES, *options).out
    assert plain.startswith(HEADER + "\n")
    assert succeed("search", tmp_path / "query.mgf.gz", *options).out == plain
    assert succeed("search", "-", *options, stdin=QUERIES.read_bytes()).out == plain


def test_hits_show_name_whole_inchikey_and_the_columns_that_the_library_keeps(made, search, tmp_path):
    (tmp_path / "table.csv").write_text("id,name,CAS,smiles,inchikey\n2,,,NCCC=O,\n"
                                        "L1,L-alanine,56-41-7,C[C@H](N)C(=O)O,QNAYBMKLOCPYGJ-REOHCLBHSA-N\n")
    succeed("index", tmp_path / "table.csv", "--model", made.model["morgan"], "--keep", "CAS", "-o", tmp_path / "kept")
    queries = write_records(tmp_path / "q.mgf", [spectrum(PRECURSOR_MZ=90.0550, ADDUCT="[M+H]+"),
                                                 spectrum(PRECURSOR_MZ=3000.5, ADDUCT="[M+H]+")])
    succeed("search", queries, "--model", made.model["morgan"], "--library", tmp_path / "kept", "-o",
            tmp_path / "kept.tsv")
    rows = read_table(tmp_path / "kept.tsv")
    assert list(rows[0])[-3:] == ["name", "inchikey", "keep.CAS"]
    assert [(row["inchikey"], row["name"], row["keep.CAS"]) for row in rows] == [
        ("QNAYBMKLOCPYGJ-REOHCLBHSA-N", "L-alanine", "56-41-7"), ("", "", "")]


def test_queries_are_numbered_over_all_inputs_and_named_by_their_file(search, tmp_path):
    named = spectrum(SPECTRUM_ID="A", PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+")
    unnamed = spectrum(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+")
    first = write_records(tmp_path / "one.mgf", [named, unnamed])
    second = write_records(tmp_path / "two.mgf", [unnamed])
    queries = by_query(search(first, second))
    assert [(index, rows[0]["query_id"]) for index, rows in queries.items()] == [
        (0, "A"), (1, "one.mgf:2"), (2, "two.mgf:1")]


def test_names_in_another_encoding_do_not_make_the_table_unreadable(made, tmp_path):
    text = spectrum(TITLE="caf\u00e9", PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+")
    (tmp_path / "latin1.mgf").write_bytes(text.encode("latin-1"))
    succeed("search", tmp_path / "latin1.mgf", "--model", made.model["morgan"], "--library", made.library["morgan"],
            "-o", tmp_path / "hits.tsv")
    assert {line.split("\t")[0] for line in (tmp_path / "hits.tsv").read_bytes().decode("utf-8").splitlines()[1:]} == {
        "café"}


def test_fail_if_empty_turns_no_answer_at_all_into_exit_code_1(made, tmp_path):
    record = spectrum(PRECURSOR_MZ=3000.5, ADDUCT="[M+H]+")
    options = ("search", write_records(tmp_path / "far.mgf", [record]), "--model", made.model["morgan"], "--library",
               made.library["morgan"], "-o", tmp_path / "hits.tsv")
    assert specbridge(*options).code == 0
    assert specbridge(*options, "--force", "--fail-if-empty").code == 1
    assert [row["status"] for row in read_table(tmp_path / "hits.tsv")] == ["empty_window"]


def test_force_replaces_a_table(made, tmp_path):
    (tmp_path / "hits.tsv").write_text("old")
    succeed("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
            tmp_path / "hits.tsv", "--force")
    assert (tmp_path / "hits.tsv").read_text().startswith(HEADER)
