"""Spectra that were recorded as profiles are searched by their centroids, and everybody is told."""

import json
import math

import pytest

from cli_support import by_query, read_json, read_table, specbridge, succeed
from mzml_support import Scan, write_mzml

PEAKS = [(83.0604, 120.0), (110.0713, 560.0), (138.0662, 1000.0), (195.0877, 300.0)]


def profile(peaks, step=0.002, width=0.004):
    """Bell curves on a grid, with zeros at their feet."""
    points = []
    for mz, height in peaks:
        first = round((mz - 5 * width) / step)
        for i in range(round(10 * width / step)):
            x = (first + i) * step
            points.append((x, height * math.exp(-((x - mz) / width) ** 2 / 2)))
        points.append(((first + i + 1) * step, 0.0))
    return points


@pytest.fixture
def searched(made, tmp_path):
    def run(*paths):
        result = succeed("search", *paths, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                         tmp_path / "hits.tsv", "--force", "-k", 0)
        return by_query(read_table(tmp_path / "hits.tsv")), read_json(tmp_path / "hits.tsv.run.json"), result.err

    return run


def scan(form, peaks):
    return Scan(ion=195.0877, form=form, peaks=peaks)


def test_a_profile_is_searched_by_its_centroids(searched, tmp_path):
    whole, _, _ = searched(write_mzml(tmp_path / "c.mzML", [scan("centroid", PEAKS)]))
    rows, run, err = searched(write_mzml(tmp_path / "p.mzML", [scan("profile", profile(PEAKS)),
                                                               scan("centroid", PEAKS)]))
    assert [row["peaks_used"] for row in rows[0][:1] + rows[1][:1]] == ["4", "4"]
    assert {row["smiles"] for row in rows[0]} == {row["smiles"] for row in whole[0]}
    scores = {row["smiles"]: float(row["score"]) for row in whole[0]}
    assert all(abs(float(row["score"]) - scores[row["smiles"]]) < 1e-2 for row in rows[0])
    assert all("a profile spectrum; its peaks were centroided" in row["message"] for row in rows[0])
    assert not any("profile" in row["message"] for row in rows[1])
    assert (run["oddities"], run["files"][0]["profiles"]) == ({"profile": 1}, 1)
    assert f"{tmp_path / 'p.mzML'}: 1 of 2 spectra are profiles, of which peaks were made here" in err


def test_every_file_with_profiles_is_named(searched, tmp_path):
    paths = [write_mzml(tmp_path / name, [scan(form, profile(PEAKS))])
             for name, form in [("a.mzML", "profile"), ("b.mzML", "centroid"), ("c.mzML", "profile")]]
    _, run, err = searched(*paths)
    assert [file.get("profiles", 0) for file in run["files"]] == [1, 0, 1]
    assert [str(path) in err for path in paths] == [True, False, True]


@pytest.mark.parametrize("step, width", [(0.0005, 0.002), (0.01, 0.02), (0.08, 0.15)])
def test_peaks_of_every_resolution_are_found(tmp_path, step, width):
    path = write_mzml(tmp_path / "p.mzML", [scan("profile", profile(PEAKS, step, width))])
    file, = json.loads(succeed("check", path, "--json").out)["files"]
    assert file["peaks"] == {"all": 4, "fewest": 4, "most": 4}


def test_check_names_profiles(tmp_path):
    path = write_mzml(tmp_path / "p.mzML", [scan("profile", profile(PEAKS)), scan("centroid", PEAKS)])
    file, = json.loads(succeed("check", path, "--json").out)["files"]
    found, = [finding for finding in file["findings"] if finding["reason"] == "profile"]
    assert (found["count"], found["skipped"]) == (1, False)
    assert "msconvert" in found["remedy"]


def test_a_shared_group_may_say_that_spectra_are_profiles(tmp_path):
    path = write_mzml(tmp_path / "p.mzML", [scan("", profile(PEAKS))])
    group = ('<referenceableParamGroupList><referenceableParamGroup id="g"><cvParam accession="MS:1000128" '
             'name="profile spectrum"/></referenceableParamGroup></referenceableParamGroupList>')
    text = path.read_text().replace('<run id="r">', group + '<run id="r">')
    path.write_text(text.replace('<precursorList>', '<referenceableParamGroupRef ref="g"/><precursorList>'))
    file, = json.loads(succeed("check", path, "--json").out)["files"]
    assert file["peaks"]["all"] == 4


@pytest.mark.parametrize("compression", [("MS:1003780", "zstd compression"), ("MS:1003781", ""),
                                         ("MS:1009999", "delta compression"),
                                         ("MS:1003088", "truncation and zlib compression")])
def test_a_compression_that_is_not_read_is_named(made, tmp_path, compression):
    path = write_mzml(tmp_path / "z.mzML", [Scan(ion=195.0877, compression=compression)])
    result = specbridge("search", path, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                        tmp_path / "hits.tsv")
    named = f"{compression[1] or 'unnamed'} ({compression[0]})"
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert f"its compression is not read: {named}; write the file again with zlib" in result.err
    assert named in specbridge("check", path).out
