"""--precision bfloat16: nearly the same vectors, the same bits in any company, and never mixed with others."""

import numpy
import pytest

from cli_support import DATA, read_json, read_table, specbridge, succeed

BFLOAT16 = ("--precision", "bfloat16")


@pytest.fixture(scope="module", autouse=True)
def processor():
    with open("/proc/cpuinfo") as lines:
        if not any("avx512_bf16" in line for line in lines if line.startswith("flags")):
            pytest.skip("this processor has no bfloat16 (AVX512_BF16)")


def embed(out, *arguments):
    succeed("embed", *arguments, "-o", out)
    return numpy.load(out)


def assert_near_and_not_the_same(ours, exact):
    cosines = (ours * exact).sum(axis=1)
    assert cosines.min() > 0.999 and (ours != exact).any()


@pytest.fixture(scope="module")
def library(made, tmp_path_factory):
    """Vectors of a network, computed in bfloat16."""
    out = tmp_path_factory.mktemp("precision") / "library"
    succeed("index", DATA / "library.smi.gz", "--model", made.model["roberta"], *BFLOAT16, "-o", out)
    return out


def test_vectors_of_spectra_are_nearly_those_of_float32(made, tmp_path):
    command = (made.spectra, "--model", made.model["morgan"])
    assert_near_and_not_the_same(embed(tmp_path / "a.npy", *command, *BFLOAT16), embed(tmp_path / "b.npy", *command))


def test_vectors_of_molecules_are_nearly_those_of_float32(made, tmp_path):
    command = (DATA / "library.smi.gz", "--model", made.model["roberta"])
    assert_near_and_not_the_same(embed(tmp_path / "a.npy", *command, *BFLOAT16), embed(tmp_path / "b.npy", *command))


@pytest.mark.parametrize("inputs", ["spectra", "molecules"])
def test_a_vector_has_the_same_bits_in_any_company(made, tmp_path, inputs):
    path = made.spectra if inputs == "spectra" else DATA / "library.smi.gz"
    command = (path, "--model", made.model["roberta"], *BFLOAT16)
    whole = embed(tmp_path / "whole.npy", *command, "--threads", 2)
    assert (embed(tmp_path / "small.npy", *command, "--threads", 1, "--batch", 3) == whole).all()


def test_a_library_of_bfloat16_is_searched_in_bfloat16(made, library, tmp_path):
    out = tmp_path / "hits.tsv"
    command = ("search", made.spectra, "--model", made.model["roberta"], "--library", library, "--rank-by", "cosine")
    refused = specbridge(*command, "-o", out)
    assert refused.code == 4 and "run with --precision bfloat16" in refused.err and " in bfloat16" in refused.err
    succeed(*command, *BFLOAT16, "-o", out)
    assert any(row["score"] for row in read_table(out))
    assert read_json(f"{out}.run.json")["model"]["fingerprint"].endswith(" in bfloat16")


def test_a_library_of_float32_is_not_searched_in_bfloat16(made, tmp_path):
    refused = specbridge("search", made.spectra, "--model", made.model["roberta"], "--library", made.library["roberta"],
                         *BFLOAT16, "-o", tmp_path / "hits.tsv")
    assert refused.code == 4 and "run with --precision float32" in refused.err


def test_fingerprints_need_no_precision(made, tmp_path):
    succeed("search", made.spectra, "--model", made.model["morgan"], "--library", made.library["morgan"], *BFLOAT16,
            "-o", tmp_path / "hits.tsv")


def test_molecules_are_added_in_the_precision_of_the_library(made, library, tmp_path):
    (tmp_path / "more.smi").write_text("new\tCCCCCCCCCCCCCCCCCCCCCCCO\n")
    command = ("index", "--add", tmp_path / "more.smi", "--library", library, "--model", made.model["roberta"])
    refused = specbridge(*command, "-o", tmp_path / "refused")
    assert refused.code == 4 and "run with --precision bfloat16" in refused.err
    succeed(*command, *BFLOAT16, "-o", tmp_path / "added")


def test_another_type_is_refused(made, tmp_path):
    refused = specbridge("embed", made.spectra, "--model", made.model["morgan"], "--precision", "half",
                         "-o", tmp_path / "vectors.npy")
    assert refused.code == 2 and '--precision: found "half", expected float32 or bfloat16' in refused.err
