"""Standard forms of many candidates are kept for later runs, where the user's cache may be written."""

import pytest

from cli_support import DATA, specbridge, succeed


@pytest.fixture
def search(made, tmp_path, monkeypatch):
    """Searches the demo's pools with a cache; returns the bytes of the hits and whether forms were there already."""
    def run(cache):
        monkeypatch.setenv("SPECBRIDGE_CACHE", str(cache))
        done = succeed("search", made.spectra, "--model", made.model["morgan"], "--candidates",
                       DATA / "val_candidates.json.gz", "-o", tmp_path / "hits.tsv", "--force", "-v")
        return (tmp_path / "hits.tsv").read_bytes(), "worked out by an earlier run" in done.err

    return run


def test_a_second_run_takes_what_the_first_kept(search, tmp_path):
    hits, before = search(tmp_path / "cache")
    assert not before and len(list((tmp_path / "cache/standardised").iterdir())) == 1
    assert search(tmp_path / "cache") == (hits, True)


def test_without_a_cache_nothing_is_kept(search, tmp_path):
    hits = search("")
    assert not hits[1] and search("") == hits
    (tmp_path / "file").write_text("")
    assert search(tmp_path / "file") == hits
    assert (tmp_path / "file").read_text() == ""


def test_few_candidates_are_not_kept(made, tmp_path, monkeypatch):
    monkeypatch.setenv("SPECBRIDGE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "pools.tsv").write_text("query_index\tsmiles\n0\tCCO\n")
    assert specbridge("search", made.spectra, "--model", made.model["morgan"], "--candidates", tmp_path / "pools.tsv",
                      "-o", tmp_path / "hits.tsv").code == 0
    assert not (tmp_path / "cache").exists()
