"""render: spectra as text for a language model."""

import json

from cli_support import ROOT, read_table, specbridge, succeed

RENDERINGS = ROOT / "tests/fixtures/ms/renderings.tsv"
BEFORE = "Instruction: This is a mass spectra:  Key Peaks: "


def words_of(peaks, least=0.005, most=30):
    """The words by the rules as they are published, worked out anew."""
    base = max(height for _, height in peaks)
    kept = sorted((peak for peak in peaks if peak[1] / base >= least), key=lambda peak: -peak[1])
    names = ["base_peak", "max_peak", "max_peak"]
    words = [f"{names[i] if i < 3 else 'extra_peak'}@{int(mz)}" for i, (mz, _) in enumerate(kept[:most])]
    return ",".join([*words, f"max_peak@{int(max(mz for mz, _ in kept))}"])


def lists_of_peaks():
    for line in RENDERINGS.read_text().splitlines():
        yield [tuple(map(float, peak.split(":"))) for peak in line.split("\t")[0].split(" ")]


def msp(lists):
    return "".join(f"Name: s{i}\nNum Peaks: {len(peaks)}\n" + "".join(f"{mz!r} {height!r}\n" for mz, height in peaks)
                   + "\n" for i, peaks in enumerate(lists))


def test_texts_are_those_of_the_published_rules(tmp_path):
    lists = list(lists_of_peaks())
    (tmp_path / "ei.msp").write_text(msp(lists))
    said = json.loads(succeed("render", tmp_path / "ei.msp", "--preset", "llm4ms", "-o", tmp_path / "texts.tsv",
                              "--json").out)
    assert said == {"queries": 30, "rendered": 30, "without": {}}
    rows = read_table(tmp_path / "texts.tsv")
    assert [row["text"] for row in rows] == [BEFORE + words_of(peaks) for peaks in lists]
    assert [row["query_id"] for row in rows] == [f"s{i}" for i in range(30)]


def test_rules_can_be_changed(tmp_path):
    (tmp_path / "ei.msp").write_text("Name: a\nNum Peaks: 4\n92.98 100\n66 50\n39 20\n150 4\n\n")
    text, = (row["text"] for row in rows_of(tmp_path, "--least", "0.1", "--peaks", "2", "--unit-mass", "round"))
    assert text == BEFORE + "base_peak@93,max_peak@66,max_peak@93"


def rows_of(folder, *options):
    succeed("render", folder / "ei.msp", "-o", folder / "texts.tsv", *options)
    return read_table(folder / "texts.tsv")


def test_a_spectrum_without_a_text_says_why_and_one_with_a_precursor_has_one(tmp_path):
    (tmp_path / "ei.msp").write_text("Name: empty\nNum Peaks: 1\n50 0\n\nName: tandem\nPrecursorMZ: 100\nNum Peaks: 1\n"
                                     "50 9\n\nName: lost\nCharge: 1+\nNum Peaks: 1\n50 9\n")
    rows = rows_of(tmp_path)
    assert [(row["query_id"], row["status"], bool(row["text"])) for row in rows] == [
        ("empty", "no_peaks", False), ("tandem", "ok", True), ("lost", "ok", True)]
    assert rows[0]["message"]


def test_without_out_the_table_is_printed(tmp_path):
    (tmp_path / "ei.msp").write_text("Name: a\nNum Peaks: 1\n50 1\n\n")
    printed = succeed("render", tmp_path / "ei.msp", "-q").out.splitlines()
    assert printed == ["query_id\tquery_index\ttext\tstatus\tmessage",
                       f"a\t0\t{BEFORE}base_peak@50,max_peak@50\tok\t"]
    result = specbridge("render", tmp_path / "ei.msp", "--json")
    assert (result.code, result.err) == (2, "specbridge: render: --json and -o - both want standard output\n")
