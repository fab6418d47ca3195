"""specbridge analogues: molecules that a network writes for given ones. The network is small and has learned nothing,
and its words are few, so that some of what it writes is a molecule."""

import json
import sys

import pytest
import torch
from rdkit import Chem

from cli_support import ROOT, names_in, read_table, specbridge, succeed

sys.path.insert(0, str(ROOT / "tools/export"))

from specbridge_export import annalog_directory, manifest  # noqa: E402
from specbridge_export.annalog import Annalog, AnnalogShape  # noqa: E402

WORDS = ["<unk>", "<pad>", "<start>", "<end>", "C", "O", "N", "(", ")", "=", "c", "1", "[C@H]", "n"]


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    out = tmp_path_factory.mktemp("writer") / "annalog"
    shape = AnnalogShape(vocabulary=len(WORDS), width=16, encoder_layers=1, decoder_layers=1, heads=2, ffn=16,
                         positions=40)
    model = Annalog(shape)
    generator = torch.Generator().manual_seed(3)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4, generator=generator)
    with torch.no_grad():  # C, O, N and the end are likely
        for word, bias in (("C", 3.0), ("O", 2.0), ("N", 2.0), ("<end>", 2.0)):
            model.decoder.fc_out.bias[WORDS.index(word)] = bias
    with manifest.publishing(out, False) as directory:
        annalog_directory.write_network(directory, "test", model.eval(), shape, WORDS, {"kind": "test"})
    return out


@pytest.fixture
def molecules(tmp_path):
    path = tmp_path / "given.smi"
    path.write_text("OCC\tethanol\nc1ccccc1\tbenzene\nClCCl\tchloride\nC1C\tbroken\n" + "C" * 39 + "\tlong\n")
    return path


@pytest.fixture
def analogues(writer, molecules, tmp_path):
    def run(*more, name="table.tsv"):
        result = succeed("analogues", molecules, "--writer", writer, "--beams", 40, *more, "-o", tmp_path / name)
        return read_table(tmp_path / name), result
    return run


def test_each_molecule_gets_others_the_likeliest_first(analogues):
    rows, _ = analogues()
    for id, smiles in (("ethanol", "CCO"), ("benzene", "c1ccccc1")):
        own = [row for row in rows if row["id"] == id]
        assert len(own) > 2 and {row["smiles"] for row in own} == {smiles}
        assert [int(row["rank"]) for row in own] == list(range(1, len(own) + 1))
        likelihoods = [float(row["log_probability"]) for row in own]
        assert likelihoods == sorted(likelihoods, reverse=True) and likelihoods[0] < 0
        blocks = [row["inchikey14"] for row in own]
        assert len(set(blocks)) == len(blocks)  # each structure once, and not the molecule itself
        assert Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14] not in blocks
        for row in own:
            assert Chem.MolToInchiKey(Chem.MolFromSmiles(row["analogue"]))[:14] == row["inchikey14"]
            assert 0 <= float(row["tanimoto"]) <= 1 and row["message"] == ""


def test_molecules_that_cannot_be_read_say_why(analogues):
    rows, result = analogues()
    messages = {row["id"]: row["message"] for row in rows if not row["rank"]}
    assert messages["chloride"] == "the writer lacks a word of its SMILES"
    assert messages["long"] == "its SMILES has 39 words, the writer reads 38 at most"
    assert messages["broken"]
    assert "3 molecules without: " in result.err


def test_the_counts_add_up(analogues, molecules, writer, tmp_path):
    rows, _ = analogues()
    said = json.loads(succeed("analogues", molecules, "--writer", writer, "--beams", 40, "--json", "-o",
                              tmp_path / "again.tsv").out)
    assert said["analogues"] == sum(bool(row["rank"]) for row in rows)
    assert (said["molecules"], said["unusable"], said["texts"]) == (5, 3, 80)
    assert said["texts"] == said["invalid"] + said["same"] + said["analogues"]


def test_the_same_bytes_come_out_on_any_number_of_threads(analogues, tmp_path):
    analogues("--threads", 1, name="one.tsv")
    analogues("--threads", 2, name="two.tsv")
    assert (tmp_path / "one.tsv").read_bytes() == (tmp_path / "two.tsv").read_bytes()


def test_a_decoder_of_spectra_reads_no_molecules(generating, molecules, tmp_path):
    result = specbridge("analogues", molecules, "--writer", generating.decoder, "-o", tmp_path / "table.tsv")
    assert result.code == 4 and "decoder" in result.err
    assert "table.tsv" not in names_in(tmp_path)


def test_without_a_usable_molecule_there_is_no_table(writer, tmp_path):
    (tmp_path / "none.smi").write_text("ClCCl\tx\n")
    result = specbridge("analogues", tmp_path / "none.smi", "--writer", writer, "-o", tmp_path / "table.tsv")
    assert result.code == 3
    assert result.err == (f"specbridge: {tmp_path / 'none.smi'}: none of 1 molecule can be used; the writer lacks a "
                          "word of its SMILES\n")
    assert names_in(tmp_path) == ["none.smi"]
