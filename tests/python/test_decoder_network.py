"""The decoder as a module: what it may depend on, and that kept keys and values change nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/export"))

from specbridge_export import archive  # noqa: E402
from specbridge_export.decoder import Decoder, DecoderShape  # noqa: E402
from specbridge_export.decoder_directory import initialise  # noqa: E402
from specbridge_export.smiles import words  # noqa: E402

SHAPE = DecoderShape(vocabulary=20, molecule_dim=12, d_model=32, layers=2, heads=4, ffn=64, positions=30)
SPECTRA, PEAKS, CANDIDATES, LENGTH = 3, 7, 5, 9


@pytest.fixture(scope="module")
def decoder():
    model = Decoder(SHAPE)
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():  # far from its start, where much would cancel
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    return archive.script(model.eval())


@pytest.fixture(scope="module")
def told():
    """Vectors, peaks, candidates and texts."""
    generator = torch.Generator().manual_seed(2)
    vectors = torch.nn.functional.normalize(torch.randn(SPECTRA, 12, generator=generator), dim=1)
    peaks = torch.rand(SPECTRA, PEAKS, 2, generator=generator) * torch.tensor([300.0, 1.0])
    candidates = torch.randn(SPECTRA, CANDIDATES, 12, generator=generator)
    return vectors, peaks, candidates, torch.randint(0, 20, (SPECTRA, LENGTH), generator=generator)


def scores(decoder, told):
    with torch.no_grad():
        return decoder.logits(told[3], decoder.memory(*told[:3]))


def assert_equal(a, b):
    assert torch.allclose(a, b, atol=1e-5), (a - b).abs().max()


def test_a_text_that_grows_by_a_token_is_scored_like_a_whole_one(decoder, told):
    whole = torch.log_softmax(scores(decoder, told), dim=-1)
    state = decoder.begin(decoder.memory(*told[:3]))
    for place in range(LENGTH):
        following, state = decoder.step(told[3][:, place], state)
        assert_equal(following, whole[:, place])


def test_texts_of_one_spectrum_may_share_its_memory(decoder, told):
    memory = decoder.memory(*(tensor[:1] for tensor in told[:3]))
    texts = told[3].clone()
    texts[:, 0] = texts[0, 0]  # they begin alike
    each, common = decoder.begin(memory.expand(SPECTRA, -1, -1)), decoder.begin(memory)
    of_memory = [i < 2 or i % 4 in (2, 3) for i in range(len(common))]
    for place in range(LENGTH):
        if place == 1:
            common = [tensor if kept else tensor[[0] * SPECTRA] for tensor, kept in zip(common, of_memory)]
        expected, each = decoder.step(texts[:, place], each)
        following, common = decoder.step(texts[:1, 0] if place == 0 else texts[:, place], common)
        assert_equal(following, expected[:len(following)])
    with torch.no_grad():
        assert_equal(decoder.logits(texts, memory), decoder.logits(texts, memory.expand(SPECTRA, -1, -1)))


def test_texts_are_chosen_by_choosing_rows_of_the_state(decoder, told):
    state = decoder.begin(decoder.memory(*told[:3]))
    _, state = decoder.step(told[3][:, 0], state)
    rows = torch.tensor([2, 0, 2])
    following, _ = decoder.step(told[3][rows, 1], [tensor[rows] for tensor in state])
    expected, _ = decoder.step(told[3][:, 1], state)
    assert_equal(following, expected[rows])


def test_what_stands_later_changes_nothing(decoder, told):
    vectors, peaks, candidates, tokens = told
    changed = tokens.clone()
    changed[:, 5:] = 1
    assert_equal(scores(decoder, (vectors, peaks, candidates, changed))[:, :5], scores(decoder, told)[:, :5])


def test_padding_and_the_order_of_peaks_and_candidates_change_nothing(decoder, told):
    vectors, peaks, candidates, tokens = told
    padded = (vectors, torch.cat([peaks, torch.zeros(SPECTRA, 3, 2)], dim=1),
              torch.cat([torch.zeros(SPECTRA, 2, 12), candidates], dim=1), tokens)
    turned = (vectors, peaks.flip(1), candidates[:, [3, 0, 4, 1, 2]], tokens)
    assert_equal(scores(decoder, padded), scores(decoder, told))
    assert_equal(scores(decoder, turned), scores(decoder, told))


@pytest.mark.parametrize("part", [0, 1, 2], ids=["vector", "peaks", "candidates"])
def test_everything_that_is_told_counts(decoder, told, part):
    other = list(told)
    other[part] = told[part].roll(1, dims=0)
    assert (scores(decoder, other) - scores(decoder, told)).abs().max() > 1e-3


def test_without_a_vector_nothing_is_known(decoder, told):
    blind = (torch.zeros_like(told[0]), *told[1:])
    nothing = decoder.logits(told[3], torch.zeros(SPECTRA, 1, SHAPE.d_model))
    assert_equal(scores(decoder, blind), nothing)


def test_a_spectrum_without_candidates_is_read_all_the_same(decoder, told):
    alone = (told[0], told[1], torch.zeros_like(told[2]), told[3])
    assert torch.isfinite(scores(decoder, alone)).all()
    assert (scores(decoder, alone) - scores(decoder, told)).abs().max() > 1e-3


def test_gradients_reach_every_weight(told):
    model = Decoder(SHAPE)
    initialise(model, 3)
    torch.nn.functional.cross_entropy(scores_with_gradients(model, told).flatten(0, 1), told[3].flatten()).backward()
    assert [name for name, parameter in model.named_parameters() if not parameter.grad.abs().sum() > 0] == []


def scores_with_gradients(model, told):
    return model.logits(told[3], model.memory(*told[:3]))


@pytest.mark.parametrize("smiles, expected", [
    ("C[C@@H](Cl)c1c[nH]cc%12", ["C", "[C@@H]", "(", "Cl", ")", "c", "1", "c", "[nH]", "c", "c", "%12"]),
    ("[C", ["[", "C"]), ("%1", ["%", "1"]), ("", [])])
def test_words_are_those_of_the_program(smiles, expected):
    assert words(smiles) == expected


def export(tmp_path, *options, name="decoder"):
    (tmp_path / "list.smi").write_text("CCO a\nc1cc[nH]c1 b\nC[N+](C)(C)C c\n")
    return subprocess.run([sys.executable, ROOT / "tools/export/export_decoder.py", "--smiles", tmp_path / "list.smi",
                           "--molecule-dim", "8", "--preset", "tiny", *options, "-o", tmp_path / name],
                          capture_output=True, text=True, check=False)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("one", "5"), ("two", "5"), ("three", "6")):
        assert export(tmp_path, "--seed", seed, name=name).returncode == 0
    bytes_of = {name: (tmp_path / name / "model.pt").read_bytes() for name in ("one", "two", "three")}
    assert bytes_of["one"] == bytes_of["two"] != bytes_of["three"]


def test_its_words_are_those_of_the_list(tmp_path):
    import json
    assert export(tmp_path).returncode == 0
    assert json.loads((tmp_path / "decoder/vocabulary.json").read_text()) == [
        "<pad>", "<start>", "<end>", "(", ")", "1", "C", "O", "[N+]", "[nH]", "c"]


def test_heads_that_do_not_divide_the_width_are_refused(tmp_path):
    told = export(tmp_path, "--heads", "5")
    assert told.returncode == 2 and "--heads: found 5, expected a divisor of the width 32" in told.stderr
