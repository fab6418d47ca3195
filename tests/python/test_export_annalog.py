"""tools/export/export_decoder.py --annalog: what it takes, what it refuses, and that its network caches rightly."""

import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT / "tools/export/export_decoder.py"
WHEEL = "annalog-1.0.6-py3-none-any.whl"
sys.path.insert(0, str(ROOT / "tools/export"))

from specbridge_export import archive  # noqa: E402
from specbridge_export.annalog import Annalog, AnnalogShape  # noqa: E402

SHAPE = AnnalogShape(vocabulary=12, width=16, encoder_layers=2, decoder_layers=2, heads=4, ffn=24, positions=20)


def export(source, out, *options):
    return subprocess.run([sys.executable, EXPORT, "--annalog", source, "-o", out, *options], capture_output=True,
                          text=True)


@pytest.fixture(scope="module")
def network():
    model = Annalog(SHAPE)
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    return archive.script(model.eval())


def test_a_text_that_grows_is_scored_like_a_whole_one(network):
    generator = torch.Generator().manual_seed(2)
    text, tokens = (torch.randint(0, 12, (1, length), generator=generator) for length in (9, 7))
    with torch.no_grad():
        memory = network.memory_of(text)
        whole = torch.log_softmax(network.logits(tokens, memory), dim=-1)
        state = network.begin(memory)
        for place in range(7):
            following, state = network.step(tokens[:, place], state)
            assert torch.allclose(following, whole[:, place], atol=1e-5)


def test_what_is_written_does_not_see_what_comes_later(network):
    memory = network.memory_of(torch.tensor([[1, 5, 6, 2]]))
    one, other = (network.logits(torch.tensor([[1, 4, last]]), memory) for last in (7, 8))
    assert torch.equal(one[:, :2], other[:, :2]) and not torch.equal(one[:, 2], other[:, 2])


@pytest.fixture(scope="module")
def wheel():
    folder = os.environ.get("SPECBRIDGE_ENCODER_WHEELS")
    if not folder or not (Path(folder) / WHEEL).is_file():
        pytest.skip(f"{WHEEL} is not there; name a folder that holds it in SPECBRIDGE_ENCODER_WHEELS "
                    "(pip download annalog==1.0.6 --no-deps)")
    return Path(folder) / WHEEL


def test_the_wheel_and_the_folder_that_it_is_unpacked_in_give_the_same_bytes(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "unpacked")
    for name, source in (("a", wheel), ("b", tmp_path / "unpacked")):
        result = export(source, tmp_path / name)
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith("analogue writer: 4,051,259 parameters, 59 words, molecules of up to 100 words")
    for file in ("model.pt", "manifest.json", "vocabulary.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    manifest = json.loads((tmp_path / "a/manifest.json").read_text())
    assert (manifest["artifact"], manifest["positions"]) == ("molecule-writer", 102)


def like_the_package(folder, words, weights=None):
    """A wheel of the same layout."""
    torch.save(weights or {"x": torch.zeros(1)}, folder / "w.pt")
    with zipfile.ZipFile(folder / "some.whl", "w") as wheel:
        wheel.writestr("annalog/ckpt_and_vocab/stereo_experiment_vocab_ttf.pkl", pickle.dumps(words))
        wheel.write(folder / "w.pt", "annalog/ckpt_and_vocab/Lev_extended.pt")
    return folder / "some.whl"


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/run-by-a-pickle",)


PLAIN = {"itos": ["<unk>", "<pad>", "<sos>", "<eos>", "C"]}


@pytest.mark.parametrize("words, message", [
    (Evil(), "is no vocabulary of plain words (it names posix.system)"),
    ({"stoi": {}}, "is no vocabulary of plain words ('itos')"),
    ({"itos": [1, 2]}, '"itos" is no list of words'),
    ({"itos": ["C", "<sos>"]}, "expected every word once, <sos> and <eos> among them"),
    (PLAIN, "does not fit the architecture; missing: "),
])
def test_what_is_not_the_package_is_refused(tmp_path, words, message):
    result = export(like_the_package(tmp_path, words), tmp_path / "out")
    assert result.returncode == 4 and message in result.stderr, result.stderr
    assert not (tmp_path / "out").exists() and not Path("/tmp/run-by-a-pickle").exists()


def test_a_file_that_is_no_wheel_is_refused(tmp_path):
    (tmp_path / "text").write_text("no wheel")
    for source, message in ((tmp_path / "text", "cannot be read as a wheel"), (tmp_path / "none", "no such file"),
                            (tmp_path, "holds no stereo_experiment_vocab_ttf.pkl")):
        result = export(source, tmp_path / "out")
        assert result.returncode == 4 and message in result.stderr, result.stderr


def test_options_of_untrained_decoders_are_refused_and_asked_for_without(tmp_path):
    result = export(tmp_path, tmp_path / "out", "--layers", "3")
    assert (result.returncode, "leave it out with --annalog" in result.stderr) == (2, True)
    result = subprocess.run([sys.executable, EXPORT, "-o", tmp_path / "out"], capture_output=True, text=True)
    assert (result.returncode, "expected --smiles (or --annalog)" in result.stderr) == (2, True)
