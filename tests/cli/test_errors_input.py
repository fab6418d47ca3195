"""Spectra, molecules, candidates, truths and hits that are missing or unreadable: exit code 3, one line, no output."""

import pytest

from cli_support import DATA, cut_in_half, read_table, replace, spectrum, succeed, write_json, write_records

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00"
FORMATS = ("expected MGF, MSP, MassBank records, mzML, GNPS JSON, JCAMP-DX, MassSpecGym TSV or a library of "
           "FastEI")
NO_SPECTRA = f"is no file of spectra; {FORMATS}"
LISTS = "expected id<TAB>SMILES, SMILES[ id], CSV or TSV with a SMILES column, or SDF"
FORM = 'candidate pools are {"truth SMILES": ["candidate SMILES", ...]}'
TABLE_FORM = ("or a table with the columns smiles and query_index, query_id, mappingFeatureId, feature_id, #Scan#, "
              "query_spectrum_nr, query_smiles or truth_smiles; rename a column")


@pytest.fixture
def png(tmp_path):
    (tmp_path / "photo.png").write_bytes(PNG)
    return tmp_path / "photo.png"


@pytest.fixture
def searched(made):
    return lambda spectra: ("search", spectra, "--model", made.model["morgan"], "--library", made.library["morgan"])


@pytest.fixture
def trained(made):
    return lambda spectra: ("train", "--spectra", spectra, "--spectrum-encoder", made.spectrum_encoder,
                            "--molecule-encoder", made.encoder["morgan"], "--config", made.config)


@pytest.fixture
def indexed(made):
    return lambda molecules: ("index", molecules, "--encoder", made.encoder["morgan"])


@pytest.fixture
def evaluated(made):
    return lambda spectra=None, candidates=None: (
        "eval", "--model", made.model["morgan"], "--spectra", spectra or made.spectra, "--candidates",
        candidates or made.pools)


@pytest.fixture
def scored(made):
    return lambda hits, truth=None: ("eval", "--hits", hits, "--truth", truth or made.spectra)


@pytest.fixture(params=["search", "train", "eval --spectra", "eval --truth"])
def with_spectra(request, searched, trained, evaluated, scored, tmp_path):
    """Every command that reads spectra, with the spectra to be named."""
    (tmp_path / "hits.tsv").write_text("query_index\tsmiles\tscore\n")
    return {"search": searched, "train": trained, "eval --spectra": evaluated,
            "eval --truth": lambda spectra: scored(tmp_path / "hits.tsv", spectra)}[request.param]


def test_spectra_that_do_not_exist(refused, with_spectra, tmp_path):
    path = tmp_path / "none.mgf"
    refused(3, f"{path}: cannot be read (No such file or directory)", *with_spectra(path))


def test_a_picture_in_place_of_spectra(refused, with_spectra, png):
    refused(3, f"{png}: {NO_SPECTRA}", *with_spectra(png))


def test_a_model_in_place_of_spectra(refused, with_spectra, made):
    path = made.model["morgan"]
    refused(3, f"{path}: is a folder without spectra; {FORMATS}", *with_spectra(path))


def test_molecules_in_place_of_spectra(refused, with_spectra):
    path = DATA / "library.smi.gz"
    refused(3, f"{path}: {NO_SPECTRA}", *with_spectra(path))


def test_empty_spectra(refused, with_spectra, tmp_path):
    (tmp_path / "empty.mgf").touch()
    refused(3, f"{tmp_path / 'empty.mgf'}: is empty; {FORMATS}",
            *with_spectra(tmp_path / "empty.mgf"))


def test_spectra_of_nothing_but_ms1(refused, searched, evaluated, tmp_path):
    path = write_records(tmp_path / "ms1.mgf", [spectrum(MS_LEVEL=1, PRECURSOR_MZ=195.0877)] * 2)
    for command in (searched, evaluated):
        refused(3, f"{path}: holds no MS2 spectrum", *command(path))


def test_spectra_that_are_cut_off(refused, with_spectra, tmp_path):
    path = tmp_path / "cut.mgf.gz"
    path.write_bytes((DATA / "val.mgf.gz").read_bytes()[:30000])
    refused(3, f"{path}:6204: the gzip stream ends too early; the file is truncated, fetch it again",
            *with_spectra(path))


def test_spectra_whose_compressed_bytes_are_damaged(refused, searched, tmp_path):
    raw = bytearray((DATA / "val.mgf.gz").read_bytes())
    raw[-6] ^= 1  # a byte of the checksum at the end
    (tmp_path / "bad.mgf.gz").write_bytes(raw)
    refused(3, f"{tmp_path / 'bad.mgf.gz'}: the gzip stream is damaged; fetch the file again",
            *searched(tmp_path / "bad.mgf.gz"))


def test_training_spectra_of_which_none_can_be_used(refused, trained):
    path = DATA / "query.mgf"
    refused(3, f"{path}: none of 22 MS2 records has peaks, a precursor and a structure (1 no_precursor, 21 "
               "no_structure)", *trained(path))


def test_validation_spectra_that_are_cut_off(refused, train_with, tmp_path):
    path = tmp_path / "cut.mgf.gz"
    path.write_bytes((DATA / "val.mgf.gz").read_bytes()[:30000])
    refused(3, f"{path}:6204: the gzip stream ends too early; the file is truncated, fetch it again",
            *train_with("--validation", path))


def test_strict_refuses_validation_structures_that_are_in_training(refused, train_with, made):
    refused(3, f"{made.train}: 43 of 43 validation structures are in the training spectra too; take them out of one "
               "of the files, or leave out --strict", *train_with("--validation", made.train, "--strict"))


@pytest.fixture(params=["index", "make-encoder"])
def with_molecules(request, indexed):
    return {"index": indexed,
            "make-encoder": lambda path: ("make-encoder", "morgan", "--dim", 8, "--molecules", path)}[request.param]


def test_molecules_that_do_not_exist(refused, with_molecules, tmp_path):
    path = tmp_path / "none.smi"
    refused(3, f"{path}: cannot be read (No such file or directory)", *with_molecules(path))


def test_a_picture_in_place_of_molecules(refused, with_molecules, png):
    refused(3, f"{png}: no SMILES found in the first 4 lines; {LISTS}", *with_molecules(png))


def test_spectra_in_place_of_molecules(refused, with_molecules):
    path = DATA / "query.mgf"
    refused(3, f"{path}: no SMILES found in the first 100 lines; {LISTS}", *with_molecules(path))


def test_a_model_in_place_of_molecules(refused, with_molecules, made):
    path = made.model["morgan"]
    refused(3, f"{path}: is a directory, expected a file", *with_molecules(path))


def test_an_empty_molecule_list(refused, with_molecules, tmp_path):
    (tmp_path / "empty.smi").touch()
    refused(3, f"{tmp_path / 'empty.smi'}: holds no molecules; {LISTS}", *with_molecules(tmp_path / "empty.smi"))


def test_molecules_that_are_cut_off(refused, with_molecules, tmp_path):
    path = tmp_path / "cut.smi.gz"
    path.write_bytes((DATA / "library.smi.gz").read_bytes()[:20000])
    refused(3, f"{path}:1650: the gzip stream ends too early; the file is truncated, fetch it again",
            *with_molecules(path))


def test_a_list_without_one_molecule(refused, indexed, tmp_path):
    (tmp_path / "bad.smi").write_text("a\tC*\nb\tC*C\n")
    refused(3, f"{tmp_path / 'bad.smi'}: none of 2 rows is a molecule", *indexed(tmp_path / "bad.smi"))


def test_nothing_left_to_count_environments_over(refused, tmp_path):
    (tmp_path / "one.smi").write_text("a\tCCO\n")
    refused(3, f"{tmp_path / 'one.smi'}: no molecule is left to count environments over", "make-encoder", "morgan",
            "--molecules", tmp_path / "one.smi", "--exclude", tmp_path / "one.smi")


@pytest.fixture(params=["search", "eval", "train"])
def with_candidates(request, made, evaluated, train_with):
    """Every command that reads pools."""
    return {"search": lambda path: ("search", made.spectra, "--model", made.model["morgan"], "--candidates", path),
            "eval": lambda path: evaluated(candidates=path),
            "train": lambda path: train_with("--validation", made.spectra, "--validation-candidates", path)
            }[request.param]


def test_candidates_that_do_not_exist(refused, with_candidates, tmp_path):
    path = tmp_path / "none.json"
    refused(3, f"{path}: cannot be read (No such file or directory)", *with_candidates(path))


def test_candidates_that_are_cut_off(refused, with_candidates, tmp_path):
    path = tmp_path / "cut.json.gz"
    path.write_bytes((DATA / "val_candidates.json.gz").read_bytes()[:10000])
    refused(3, f"{path}:1502: the gzip stream ends too early; the file is truncated, fetch it again",
            *with_candidates(path))


def test_json_that_ends_too_early(refused, evaluated, tmp_path):
    (tmp_path / "cut.json").write_text('{"CCO": ["CC"')
    refused(3, f"{tmp_path / 'cut.json'}: not valid JSON (parse error at line 1, column 14: syntax error while parsing "
               "array - unexpected end of input; expected ']')", *evaluated(candidates=tmp_path / "cut.json"))


def test_a_picture_in_place_of_candidates(refused, evaluated, png):
    refused(3, f'{png}:1: no column smiles; found "?PNG"; {FORM}, {TABLE_FORM}', *evaluated(candidates=png))


@pytest.mark.parametrize("text", ["CCO", "3", "null"])
def test_candidates_that_are_neither_json_pools_nor_a_table(refused, evaluated, tmp_path, text):
    (tmp_path / "pools").write_text(text)
    refused(3, f'{tmp_path / "pools"}:1: no column smiles; found "{text}"; {FORM}, {TABLE_FORM}',
            *evaluated(candidates=tmp_path / "pools"))


@pytest.mark.parametrize("pools, problem", [
    (["CCO"], "starts with a list"), ({"CCO": "CC"}, 'pool "CCO" is "CC"'),
    ({"CCO": [1]}, 'pool "CCO" contains a number'), ({"CCO": [["C"]]}, 'pool "CCO" contains a list'),
    ({"CCO": None}, 'pool "CCO" is null')])
def test_candidates_of_the_wrong_form(refused, evaluated, tmp_path, pools, problem):
    path = write_json(tmp_path / "pools.json", pools)
    refused(3, f"{path}: {problem}; {FORM}", *evaluated(candidates=path))


def test_pools_whose_truth_is_no_molecule(refused, evaluated, tmp_path):
    path = write_json(tmp_path / "pools.json", {"hello!": ["CC"]})
    refused(3, f'{path}: the truth "hello!" is no molecule ("hello!" is not a SMILES); the keys of candidate pools are '
               "SMILES", *evaluated(candidates=path))


@pytest.fixture
def hits(made, tmp_path):
    """A table of hits whose lines the test may change: a list of lists of cells."""
    def write(change):
        rows = [["query_id", "query_index", "rank", "score", "smiles"], ["DEMO000005", "0", "1", "0.5", "CCO"],
                ["DEMO000005", "0", "2", "0.4", "CCC"], ["DEMO000006", "1", "1", "0.5", "CCO"]]
        change(rows)
        (tmp_path / "hits.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
        return tmp_path / "hits.tsv"

    return write


def without(column):
    def change(rows):
        place = rows[0].index(column)
        for row in rows:
            del row[place]

    return change


NEEDED = "a table of hits has query_index or query_id, smiles or inchikey14, and score or rank; rename a column"


def test_a_hits_table_without_structures(refused, scored, hits):
    path = hits(without("smiles"))
    refused(3, f'{path}:1: no column smiles or inchikey14; found "query_id, query_index, rank, score"; {NEEDED}',
            *scored(path))


def test_a_hits_table_without_queries(refused, scored, hits):
    def change(rows):
        without("query_id")(rows)
        without("query_index")(rows)

    path = hits(change)
    refused(3, f"{path}: no column says whose hits these are (query_index, query_id, mappingFeatureId ...), and none "
               f'of the 60 MS2 records of the truth is called "{path.stem}"; add query_index or query_id, or call the '
               "file as the record", *scored(path))


def test_a_hits_table_without_an_order(refused, scored, hits):
    def change(rows):
        without("rank")(rows)
        without("score")(rows)

    path = hits(change)
    refused(3, f'{path}:1: no column score or rank; found "query_id, query_index, smiles"; {NEEDED}', *scored(path))


def set_cell(row, column, value):
    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


@pytest.mark.parametrize("change, line, problem", [
    (set_cell(2, "score", "high"), 3, 'score is not a number: "high"'),
    (set_cell(2, "score", ""), 3, "names a structure without a score, unlike other rows of its query"),
    (set_cell(2, "rank", "-1"), 3, 'rank is not a whole number, 0 or more: "-1"'),
    (set_cell(1, "query_index", ""), 2, "query_index is empty"),
    (lambda rows: (set_cell(3, "query_index", "60")(rows), set_cell(3, "query_id", "x")(rows)), 4,
     'query_index 60 is "x" in the hits and beyond the 60 MS2 records of the truth, which has no "x"; give the spectra '
     "that were searched as --truth, or leave out the column query_id if the numbers are right"),
    (set_cell(3, "smiles", ""), 4, "names no structure (smiles or inchikey14) and no status that says why"),
    (lambda rows: rows[2].pop(), 3, "4 columns, but the header has 5"),
])
def test_a_malformed_row_of_a_hits_table(refused, scored, hits, change, line, problem):
    path = hits(change)
    refused(3, f"{path}:{line}: {problem}", *scored(path))


def test_rows_of_a_query_that_stand_apart(refused, scored, hits):
    path = hits(lambda rows: rows.append(["DEMO000005", "0", "3", "0.1", "CCN"]))
    refused(3, f'{path}:5: query 0 ("DEMO000005") had rows further up; rows of one query must stand together, sort '
               "the table by query", *scored(path))


def test_a_hits_table_that_is_cut_off_within_a_row(refused, made, scored, tmp_path):
    path = tmp_path / "hits.tsv"
    succeed("search", made.spectra, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o", path)
    assert len(read_table(path)) > 60
    cut_in_half(path)
    raw = path.read_bytes()
    replace(path, raw[:raw.rindex(b"\n") + 20])
    result_lines = raw.count(b"\n") + 1
    cells = path.read_text().splitlines()[-1].count("\t") + 1
    refused(3, f"{path}:{result_lines}: {cells} columns, but the header has 20", *scored(path))


def test_an_empty_hits_table(refused, scored, tmp_path):
    (tmp_path / "hits.tsv").touch()
    refused(3, f"{tmp_path / 'hits.tsv'}: empty; a line with the names of columns is expected",
            *scored(tmp_path / "hits.tsv"))


def test_hits_that_do_not_exist(refused, scored, tmp_path):
    refused(3, f"{tmp_path / 'none.tsv'}: cannot be read (No such file or directory)", *scored(tmp_path / "none.tsv"))
