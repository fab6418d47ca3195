"""ANNalog's package to a directory of a network that writes molecules like a given one."""

import io
import pickle
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Dict, List

import torch

from . import archive, manifest
from .annalog import Annalog, AnnalogShape
from .checkpoint import check_finite, check_keys, plain_checkpoint_of
from .decoder_directory import write_text_network
from .errors import artifact_error
from .smiles import words

PACKAGE = "annalog 1.0.6"
CHECKPOINT, VOCABULARY = "Lev_extended.pt", "stereo_experiment_vocab_ttf.pkl"
FOLDER = "annalog/ckpt_and_vocab/"
SPECIAL = {"<sos>": "<start>", "<eos>": "<end>"}
GOLDEN_MOLECULES = ("CC(=O)Oc1ccccc1C(=O)O", "CN1CCC[C@H]1c1cccnc1")


class PlainUnpickler(pickle.Unpickler):
    """Containers, texts and numbers: a file that names any class or function is refused."""

    def find_class(self, module: str, name: str):
        raise pickle.UnpicklingError(f"it names {module}.{name}")


def file_of(source: Path, name: str) -> io.BytesIO:
    """A file of the package: of its wheel, or of the folder that it was unpacked or installed in."""
    if source.is_dir():
        found = sorted(source.rglob(name))
        if not found:
            raise artifact_error(f"{source}: holds no {name}; expected the wheel of {PACKAGE}, or the folder that it "
                                 "was unpacked in")
        return io.BytesIO(found[0].read_bytes())
    try:
        with zipfile.ZipFile(source) as wheel:
            return io.BytesIO(wheel.read(FOLDER + name))
    except KeyError as error:
        raise artifact_error(f"{source}: holds no {FOLDER}{name}; expected the wheel of {PACKAGE}") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise artifact_error(f"{source}: cannot be read as a wheel ({error}); expected that of {PACKAGE} (pip download "
                             "annalog==1.0.6 --no-deps), or the folder that it was unpacked in") from error


def read_vocabulary(source: Path) -> List[str]:
    """Its words by number, start and end under the names that decoders have here."""
    where = f"{source}: {VOCABULARY}"
    try:
        content = PlainUnpickler(file_of(source, VOCABULARY)).load()
        listed = content["itos"]
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise artifact_error(f"{where}: is no vocabulary of plain words ({error}); expected that of "
                             f"{PACKAGE}") from error
    if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
        raise artifact_error(f"{where}: \"itos\" is no list of words; expected that of {PACKAGE}")
    missing = [word for word in SPECIAL if listed.count(word) != 1]
    if missing or len(set(listed)) != len(listed):
        raise artifact_error(f"{where}: expected every word once, {' and '.join(SPECIAL)} among them")
    return [SPECIAL.get(word, word) for word in listed]


def read_model(source: Path, vocabulary: List[str]) -> Annalog:
    """The network with the weights of the package; all must be there, and no others."""
    where = f"{source}: {CHECKPOINT}"
    model = Annalog(AnnalogShape(vocabulary=len(vocabulary)))
    weights = plain_checkpoint_of(file_of(source, CHECKPOINT), where).tensors
    check_keys(weights, {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}, where)
    check_finite(weights, where)
    model.load_state_dict(weights)
    return model.eval()


def numbered(smiles: str, vocabulary: List[str]) -> List[int]:
    """A molecule's tokens, start and end with them."""
    return [vocabulary.index(word) for word in ("<start>", *words(smiles), "<end>")]


def golden(model: torch.jit.ScriptModule, vocabulary: List[str]) -> Dict[str, object]:
    """Molecules, beginnings of texts, and float32 CPU outputs: what follows these."""
    read = [numbered(smiles, vocabulary) for smiles in GOLDEN_MOLECULES]
    begun = [text[:8] for text in read]
    rows = []
    with torch.no_grad():
        for text, tokens in zip(read, begun):
            scores = model.logits(torch.tensor([tokens]), model.memory_of(torch.tensor([text])))[0, -1]
            rows.append(manifest.float32_list(torch.log_softmax(scores, dim=0).numpy()))
    return {"molecules": read, "tokens": begun, "log_probabilities": rows}


def write_annalog(directory: Path, program: str, source: Path) -> Dict[str, object]:
    """Fills the directory with the network of the package; returns the manifest."""
    vocabulary = read_vocabulary(source)
    return write_network(directory, program, read_model(source, vocabulary), AnnalogShape(vocabulary=len(vocabulary)),
                         vocabulary, {"kind": "package", "name": PACKAGE, "licence": "MIT"})


def write_network(directory: Path, program: str, model: Annalog, shape: AnnalogShape, vocabulary: List[str],
                  source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    settings = {"architecture": "annalog", "hyperparameters": asdict(shape)}
    content = write_text_network(directory, program, model, settings, vocabulary)
    content |= {"artifact": "molecule-writer",
                "source": source,
                "golden": golden(archive.load(directory / "model.pt"), vocabulary)}
    del content["precisions"]
    manifest.write_manifest(directory, content)
    return content


def summary(content: Dict[str, object]) -> str:
    shape = content["hyperparameters"]
    return (f"analogue writer: {content['parameters']['total']:,} parameters, {shape['vocabulary']} words, molecules "
            f"of up to {content['positions'] - 2} words")
