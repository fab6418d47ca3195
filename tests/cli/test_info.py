"""specbridge info: what a directory is, what made it, and whether its checksums hold."""

import json

import pytest

from cli_support import copy_of, flip_byte, read_json, specbridge, succeed


def facts_of(text):
    """What stands at the left edge; fields of objects are indented."""
    return {line[:30].strip(): line[30:] for line in text.splitlines() if not line.startswith(" ")}


def directories(made):
    return {"spectrum-encoder": made.spectrum_encoder, "molecule-encoder": made.encoder["roberta"],
            "morgan": made.encoder["morgan"], "model": made.model["roberta"], "library": made.library["morgan"]}


@pytest.mark.parametrize("which, kind, dim, architecture", [
    ("spectrum-encoder", "spectrum-encoder", "32", "dreams"), ("molecule-encoder", "molecule-encoder", "32", "roberta"),
    ("morgan", "molecule-encoder", "64", "morgan"), ("model", "model", "32", None), ("library", "library", "64", None)])
def test_info_says_what_a_directory_is(made, which, kind, dim, architecture):
    result = succeed("info", directories(made)[which])
    facts = facts_of(result.out)
    assert result.err == ""
    assert (facts["kind"], facts["dimensions"], facts["checksums"]) == (kind, dim, "all hold")
    assert facts.get("architecture") == architecture
    assert facts["made by"] != ""


def test_info_says_how_many_molecules_a_library_has(made):
    facts = facts_of(succeed("info", made.library["morgan"]).out)
    assert (facts["molecules"], facts["index for --open"]) == ("4,882", "signs")
    library = made.library["morgan"]
    size = sum(path.stat().st_size for path in library.rglob("*") if path.is_file()) - \
        (library / "manifest.json").stat().st_size
    assert facts["files"] == f"8 with {size / 1e6:.1f} MB"


def test_info_shows_the_fields_of_an_object_below_it(made):
    lines = succeed("info", made.library["morgan"]).out.splitlines()
    start = lines.index("input rows")
    assert [line.split() for line in lines[start + 1:start + 4]] == [
        ["duplicates", "0"], ["read", "4,882"], ["rejected", "0"]]


def test_info_as_json_holds_the_manifest(made):
    for folder in directories(made).values():
        info = json.loads(succeed("info", folder, "--json").out)
        assert info["checksums_hold"] is True
        assert info["manifest"] == read_json(folder / "manifest.json")


@pytest.mark.parametrize("which, name", [
    ("spectrum-encoder", "model.pt"), ("molecule-encoder", "tokenizer.json"), ("morgan", "idf.tsv"),
    ("model", "trained.safetensors"), ("model", "molecule-encoder/model.pt"), ("library", "shards/0001/index.signs"),
    ("library", "rejects.tsv")])
def test_info_finds_the_file_that_was_changed(made, tmp_path, which, name):
    folder = copy_of(directories(made)[which], tmp_path)
    flip_byte(folder / name, 20)
    for options in ((), ("--json",)):
        result = specbridge("info", folder, *options)
        assert result.code == 4
        assert result.err.startswith(f"specbridge: {folder / name}: SHA-256 is ")
        assert result.err.endswith("; the file was changed or damaged, make or copy it again\n")
        assert result.err.count("\n") == 1
    assert json.loads(result.out)["checksums_hold"] is False


def test_info_of_something_else_is_refused(tmp_path):
    (tmp_path / "folder").mkdir()
    problems = {"folder": "has no manifest.json; expected an encoder, model or library directory",
                "none": "does not exist"}
    for name, problem in problems.items():
        path = tmp_path / name
        result = specbridge("info", path)
        assert (result.code, result.out, result.err) == (4, "", f"specbridge: {path}: {problem}\n")
