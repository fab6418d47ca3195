"""One spelling: however candidates and truths are written, every query has the same rank."""

import random

import pytest
from rdkit import Chem, RDLogger

from cli_support import (DATA, by_query, field, read_bytes, read_json, read_records, read_table, succeed, write_json,
                         write_records)

pytestmark = pytest.mark.thorough

RDLogger.DisableLog("rdApp.*")
RECORDS = 20


def random_order(smiles, seed):
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))
    random.Random(f"{seed} {smiles}").shuffle(order)
    return Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False)


def kekulized(smiles):
    mol = Chem.MolFromSmiles(smiles)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    return Chem.MolToSmiles(mol, kekuleSmiles=True, doRandom=False, rootedAtAtom=mol.GetNumAtoms() - 1)


def explicit_hydrogens(smiles):
    return Chem.MolToSmiles(Chem.AddHs(Chem.MolFromSmiles(smiles)))


def with_counterion(smiles):
    return f"{random_order(smiles, 9)}.Cl"


SPELLINGS = {"atoms in random order": lambda smiles: random_order(smiles, 1), "kekulized": kekulized,
             "explicit hydrogens": explicit_hydrogens, "with a counterion": with_counterion}


@pytest.fixture(scope="module")
def outcome(made, tmp_path_factory):
    """Evaluates and searches; returns ranks.tsv and the table of hits."""
    def run(kind, records, pools):
        folder = tmp_path_factory.mktemp("run")
        spectra = write_records(folder / "spectra.mgf", records)
        candidates = write_json(folder / "pools.json", pools)
        succeed("eval", "--model", made.model[kind], "--spectra", spectra, "--candidates", candidates, "-o",
                folder / "report")
        succeed("search", spectra, "--model", made.model[kind], "--candidates", candidates, "-k", 0, "-o",
                folder / "hits.tsv")
        return (folder / "report/ranks.tsv").read_text(), (folder / "hits.tsv").read_text()

    return run


@pytest.fixture(scope="module")
def sample(made):
    """Some records, and the pools of their structures."""
    records = read_records(made.spectra)[:RECORDS]
    truths = {field(record, "SMILES") for record in records}
    pools = {truth: pool for truth, pool in read_json(made.pools).items() if truth in truths}
    assert set(pools) == truths
    return records, pools


@pytest.fixture(scope="module")
def plain(made, sample, outcome):
    """What comes out as the files stand, by kind of encoder."""
    return {kind: outcome(kind, *sample) for kind in made.model}


def respelled(record, spell):
    smiles = field(record, "SMILES")
    return record.replace(f"SMILES={smiles}\n", f"SMILES={spell(smiles)}\n")


def test_shuffled_candidates_and_pools_change_nothing(sample, outcome, plain, kind):
    records, pools = sample
    draw = random.Random(1)
    shuffled = [(truth, draw.sample(pool, len(pool))) for truth, pool in pools.items()]
    draw.shuffle(shuffled)
    assert list(dict(shuffled)) != list(pools)
    assert outcome(kind, records, dict(shuffled)) == plain[kind]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_respelled_candidates_change_nothing(sample, outcome, plain, kind, spelling):
    records, pools = sample
    other = {truth: [SPELLINGS[spelling](candidate) for candidate in pool] for truth, pool in pools.items()}
    assert other != pools
    assert outcome(kind, records, other) == plain[kind]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_respelled_truths_find_their_pools_and_change_nothing(sample, outcome, plain, kind, spelling):
    records, pools = sample
    other = [respelled(record, SPELLINGS[spelling]) for record in records]
    keys = {random_order(truth, 5): pool for truth, pool in pools.items()}
    assert other != records
    assert outcome(kind, other, keys) == plain[kind]


@pytest.mark.parametrize("spelling", ["atoms in random order", "kekulized"])
def test_a_truth_spelled_unlike_its_candidates_has_no_advantage(sample, outcome, plain, kind, spelling):
    records, pools = sample
    other = {truth: [SPELLINGS[spelling](smiles) if smiles == truth else smiles for smiles in pool]
             for truth, pool in pools.items()}
    assert other != pools
    assert outcome(kind, records, other) == plain[kind]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_respelled_library_gives_the_same_hits(made, kind, tmp_path, spelling):
    lines = [line.split("\t") for line in read_bytes(DATA / "library.smi.gz").decode().splitlines()][:400]
    tables = []
    for number, spell in enumerate((str, SPELLINGS[spelling])):
        (tmp_path / "list.smi").write_text("".join(f"{name}\t{spell(smiles)}\n" for name, smiles in lines))
        succeed("index", tmp_path / "list.smi", "--model", made.model[kind], "-o", tmp_path / str(number))
        succeed("search", DATA / "query.mgf", "--model", made.model[kind], "--library", tmp_path / str(number),
                "-k", 0, "-o", tmp_path / f"{number}.tsv", "--tolerance", "50Da")
        tables.append((tmp_path / f"{number}.tsv").read_bytes())
    assert len(by_query(read_table(tmp_path / "0.tsv"))) == 22
    assert tables[0] == tables[1]
