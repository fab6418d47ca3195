"""specbridge mces: one row a pair with its distance, what is proven about it, and a reason where there is none."""

import gzip
import json
import subprocess

import pytest

from cli_support import PROGRAM, SECONDS_AT_MOST, names_in, read_table, specbridge, succeed

HEADER = "smiles1\tsmiles2\tdistance\texact\tlower\tupper\tmilliseconds\tmessage"
ASPIRIN, CAFFEINE = "CC(=O)OC1=CC=CC=C1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"
# Distances and bounds of the reference implementation, myopic-mces 1.2.2 with CBC.
PAIRS = [("CCO", "COC", "2"), ("c1cc[nH]c1", "C1CCNC1", "2.5"), ("C1=CC=CC=C1", "c1ccccc1", "0"),
         ("[Na+].CC(=O)[O-]", "CC(=O)O", "0"), ("C", "O", "0"), ("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "0")]
# Two triglycerides at distance 7 that take more than one node.
LONG = ("CCCCCCCCCCCCCCCCCCCC(=O)OCC(COC(=O)CCCCCCCCCCCC=CCCCCCCCC)OC(=O)CCCCCCCCCCCCCC",
        "CCCCCCCCCCCCCCCCCCCCCC(=O)OC(COC(=O)CCCCCCCCCCCCCCCCC)COC(=O)CCCCCCCC=CCCCCCCCC")


@pytest.fixture
def distances(tmp_path):
    """Writes lines, runs the command and reads the table."""
    def run(*lines, options=()):
        (tmp_path / "pairs.tsv").write_text("".join(line + "\n" for line in lines))
        succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv", "--force", *options)
        return read_table(tmp_path / "out.tsv")

    return run


def numbers(row):
    return [row[name] for name in ("distance", "exact", "lower", "upper", "message")]


def without_times(text):
    return [line.split("\t")[:6] + line.split("\t")[7:] for line in text.splitlines()]


def test_every_pair_has_a_row_in_the_order_of_the_input(distances, tmp_path):
    rows = distances(*(f"{a}\t{b}" for a, b, _ in PAIRS))
    assert (tmp_path / "out.tsv").read_text().splitlines()[0] == HEADER
    assert [(row["smiles1"], row["smiles2"], row["distance"]) for row in rows] == PAIRS
    assert all(numbers(row) == [row["distance"], "1", row["distance"], row["distance"], ""] for row in rows)
    assert all(float(row["milliseconds"]) >= 0 for row in rows)


def test_the_threshold_is_15_unless_given(distances):
    pair = f"{ASPIRIN}\t{CAFFEINE}"
    assert numbers(distances(pair)[0])[:3] == ["26.5", "0", "27"]
    assert numbers(distances(pair, options=["--threshold", "26.75"])[0])[:3] == ["26.75", "0", "27"]
    assert numbers(distances(pair, options=["--threshold", "27"])[0]) == ["27", "1", "27", "27", ""]
    assert numbers(distances(pair, options=["--threshold", "exact"])[0]) == ["27", "1", "27", "27", ""]


def test_a_pair_that_is_given_up_has_its_interval(distances):
    row = distances("\t".join(LONG), options=["--threshold", "exact", "--max-nodes", 1])[0]
    assert (row["distance"], row["exact"]) == (row["lower"], "0")
    assert float(row["lower"]) <= 7 <= float(row["upper"])
    assert row["message"] == f"given up after 1 node; the distance is from {row['lower']} to {row['upper']}"


def test_what_is_no_structure_has_a_row_with_a_reason(distances):
    rows = distances("xyz\tC", "C\txyz", "C", "C\t", "C*\tC", "CC\tC")
    assert [numbers(row) for row in rows] == [
        ["", "", "", "", 'smiles1: "xyz" is not a SMILES'],
        ["", "", "", "", 'smiles2: "xyz" is not a SMILES'],
        ["", "", "", "", "one SMILES; expected two, separated by a tab, semicolon or comma"],
        ["", "", "", "", "smiles2: the SMILES is empty"],
        ["", "", "", "", 'smiles1: "C*" has a wildcard; expected a fully defined structure'],
        ["1", "1", "1", "1", ""]]
    assert all(row["milliseconds"] == "" for row in rows[:5])
    assert [row["smiles1"] for row in rows] == ["xyz", "C", "C", "C", "C*", "CC"]


def test_a_header_is_left_out_when_it_starts_with_smiles1(distances):
    assert len(distances("smiles1\tsmiles2", "C\tCC")) == 1
    assert distances("a\tb", "C\tCC")[0]["message"] == 'smiles1: "a" is not a SMILES'


def test_its_own_table_can_be_read_again(distances, tmp_path):
    rows = distances(*(f"{a}\t{b}" for a, b, _ in PAIRS))
    succeed("mces", tmp_path / "out.tsv", "-o", tmp_path / "again.tsv")
    assert [numbers(row) for row in read_table(tmp_path / "again.tsv")] == [numbers(row) for row in rows]


def test_both_directions_and_repeated_pairs_have_one_distance(distances):
    rows = distances(f"{ASPIRIN}\t{CAFFEINE}", f"{CAFFEINE}\t{ASPIRIN}", f"{ASPIRIN}\t{CAFFEINE}")
    assert numbers(rows[0]) == numbers(rows[1]) == numbers(rows[2])


def test_threads_change_nothing_but_times(tmp_path):
    (tmp_path / "pairs.tsv").write_text("".join(f"{a}\t{b}\n{b}\t{c}\n" for a, b, _ in PAIRS for _, c, _ in PAIRS))
    tables = []
    for threads in (1, 2, 4):
        succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv", "--force", "--threads", threads)
        tables.append(without_times((tmp_path / "out.tsv").read_text()))
    assert tables[0] == tables[1] == tables[2]


def test_pipes_and_compressed_input(tmp_path):
    text = b"CCO\tCOC\r\n\r\nCC\tC\r\n"
    (tmp_path / "pairs.tsv.gz").write_bytes(gzip.compress(text))
    piped = succeed("mces", "-", "-o", "-", stdin=text)
    assert piped.err == "2 pairs, 2 exact\n"
    assert [line.split("\t")[2] for line in piped.out.splitlines()] == ["distance", "2", "1"]
    assert without_times(succeed("mces", tmp_path / "pairs.tsv.gz", "-o", "-").out) == without_times(piped.out)


def test_the_summary_counts_every_pair(tmp_path):
    (tmp_path / "pairs.tsv").write_text(f"C\tCC\n{ASPIRIN}\t{CAFFEINE}\nxyz\tC\n")
    result = succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv", "--json")
    assert json.loads(result.out) == {"pairs": 3, "exact": 1, "beyond": 1, "capped": 0, "unreadable": 1}
    counts = "3 pairs, 1 exact, 1 beyond the threshold, 1 unreadable"
    assert result.err == f"{counts}; distances in {tmp_path / 'out.tsv'}\n"
    assert succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv", "--force", "-q").err == ""


def test_an_output_that_exists_stays_unless_forced(tmp_path):
    (tmp_path / "pairs.tsv").write_text("C\tCC\n")
    (tmp_path / "out.tsv").write_text("mine")
    result = specbridge("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv")
    assert (result.code, result.out, result.err) == (
        5, "", f"specbridge: {tmp_path / 'out.tsv'}: exists already; choose another name or replace it with --force\n")
    assert (tmp_path / "out.tsv").read_text() == "mine"
    succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv", "--force")
    assert (tmp_path / "out.tsv").read_text().startswith(HEADER)


def test_pairs_that_do_not_exist(refused, tmp_path):
    path = tmp_path / "none.tsv"
    refused(3, f"{path}: cannot be read (No such file or directory)", "mces", path)
    assert specbridge("mces", path, "-o", "-").out == ""


CSV_FORMS = ["smiles1,smiles2\nCCO,COC\nC,CC\n", "CCO;COC\nC;CC\n", "id,Query SMILES,Hit SMILES\n1,CCO,COC\n2,C,CC\n",
             'n;"smiles_a";"smiles_b"\n1;"CCO";"COC"\n2;"C";"CC"\n', "CCO\tCOC\nC,CC\n"]


@pytest.mark.parametrize("text", CSV_FORMS)
def test_tables_of_any_separator_with_or_without_a_header(tmp_path, text):
    (tmp_path / "pairs.csv").write_text(text)
    succeed("mces", tmp_path / "pairs.csv", "-o", tmp_path / "out.tsv")
    assert [(row["smiles1"], row["smiles2"], row["distance"]) for row in read_table(tmp_path / "out.tsv")] == [
        ("CCO", "COC", "2"), ("C", "CC", "1")]


@pytest.mark.parametrize("text, problem", [
    ("a b\tc\nx\ty\n", "none of 2 pairs can be read; smiles1: "),
    ("CCO\n", "none of 1 pair can be read; one SMILES"),
    ("xyz,C\n", "none of 1 pair can be read; smiles1: ")])
def test_a_table_of_which_nothing_can_be_read_ends_with_3(tmp_path, text, problem):
    (tmp_path / "pairs.csv").write_text(text)
    result = specbridge("mces", tmp_path / "pairs.csv", "-o", tmp_path / "out.tsv")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"specbridge: {tmp_path / 'pairs.csv'}: {problem}")
    assert names_in(tmp_path) == ["pairs.csv"]


@pytest.mark.parametrize("name", ["distances.xlsx", "distances.tsv.gz", "distances.Parquet"])
def test_a_name_that_promises_another_format_is_refused(tmp_path, name):
    (tmp_path / "pairs.tsv").write_text("C\tCC\n")
    result = specbridge("mces", tmp_path / "pairs.tsv", "-o", tmp_path / name)
    assert result.code == 2
    assert "a table separated by tabs is written" in result.err and "name it distances.tsv, " in result.err
    assert names_in(tmp_path) == ["pairs.tsv"]


@pytest.mark.parametrize("text", ["", "\n \n", "smiles1\tsmiles2\n"])
def test_a_file_without_pairs(refused, tmp_path, text):
    path = tmp_path / "pairs.tsv"
    path.write_text(text)
    refused(3, f"{path}: holds no pair; expected two SMILES a line, separated by a tab, semicolon or comma", "mces",
            path)


@pytest.mark.parametrize("more, message", [
    (("--threshold", "far"), '--threshold: found "far", expected a number or exact'),
    (("--threshold", "-1"), "MCES threshold is -1; expected a number from 0 to 1000000"),
    (("--max-seconds", "-1"), "MCES time limit is -1 s; expected a number from 0 to 1000000"),
    (("--max-nodes", "0"), "--max-nodes: Value 0 not in range 1 to 1000000000000; see specbridge mces --help"),
    (("--treshold", "1"), 'unknown option "--treshold", did you mean "--threshold"?; see specbridge mces --help'),
])
def test_a_wrong_option(refused, tmp_path, more, message):
    (tmp_path / "pairs.tsv").write_text("C\tCC\n")
    refused(2, message, "mces", tmp_path / "pairs.tsv", *more)


def test_standard_output_cannot_hold_two_things():
    result = specbridge("mces", "-", "-o", "-", "--json")
    assert (result.code, result.out, result.err) == (
        2, "", "specbridge: mces: --json and -o - both want standard output\n")


def test_a_pipe_that_closes_early_ends_without_a_word(tmp_path):
    (tmp_path / "pairs.tsv").write_text("C\tCC\n" * 20000)
    process = subprocess.Popen([PROGRAM, "mces", tmp_path / "pairs.tsv", "-o", "-"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    assert process.stdout.readline().decode() == HEADER + "\n"
    process.stdout.close()
    assert process.wait(timeout=SECONDS_AT_MOST) == 141
    assert process.stderr.read().decode() == ""


def test_an_interrupted_run_leaves_nothing(tmp_path):
    process = subprocess.Popen([PROGRAM, "mces", "-", "-o", tmp_path / "out.tsv"], stdin=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    while names_in(tmp_path) == []:
        assert process.poll() is None
    process.send_signal(2)
    process.stdin.write(b"C\tCC\n")
    process.stdin.close()
    assert process.wait(timeout=SECONDS_AT_MOST) == 130
    assert process.stderr.read().decode() == "specbridge: interrupted; nothing was published\n"
    assert names_in(tmp_path) == []
