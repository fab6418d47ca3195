"""Reads weights from files that others wrote, without running code from them."""

import builtins
import collections
import pickle
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, Dict, Iterable, Tuple

import torch
from torch import Tensor

from .errors import artifact_error

SAFE_BUILTINS = {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list",
                 "object", "set", "slice", "str", "tuple"}
SAFE_COLLECTIONS = {"OrderedDict", "defaultdict", "deque", "Counter"}
TENSOR_BUILDERS = {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter"}


class Inert:
    """Stands for an object of a class that is not loaded: takes everything, does nothing."""

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Inert()

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass

    def append(self, value):
        pass

    def extend(self, values):
        pass

    def add(self, value):
        pass


class TolerantUnpickler(pickle.Unpickler):
    """Knows tensors and plain containers; any other name in the file becomes an Inert class, so no
    module is imported and no function of another package is called."""

    def find_class(self, module: str, name: str):
        if module == "torch._utils" and name in TENSOR_BUILDERS:
            return getattr(torch._utils, name)
        if module == "torch" and isinstance(getattr(torch, name, None), torch.dtype):
            return getattr(torch, name)
        if (module, name) in {("torch", "Size"), ("torch", "device")}:
            return getattr(torch, name)
        if (module, name) == ("torch.nn.parameter", "Parameter"):
            return torch.nn.Parameter
        if module == "torch" and name.endswith("Storage"):
            return super().find_class(module, name)
        if module in {"builtins", "__builtin__"} and name in SAFE_BUILTINS:
            return getattr(builtins, name)
        if module == "collections" and name in SAFE_COLLECTIONS:
            return getattr(collections, name)
        return type("Inert", (Inert,), {})


def tolerant_load(stream, **options):
    return TolerantUnpickler(stream, **options).load()


TOLERANT_PICKLE = SimpleNamespace(
    __name__="tolerant_pickle", Unpickler=TolerantUnpickler, load=tolerant_load,
    UnpicklingError=pickle.UnpicklingError)


@dataclass(frozen=True)
class Checkpoint:
    """The tensors of a file, by the names they have there."""

    where: str
    tensors: Dict[str, Tensor]

    def below(self, landmark: str) -> Dict[str, Tensor]:
        """The tensors that share the prefix of the one key that ends with `landmark`, without it."""
        prefixes = sorted(key[:-len(landmark)] for key in self.tensors
                          if key == landmark or key.endswith("." + landmark))
        if not prefixes:
            raise artifact_error(f"{self.where}: none of its {len(self.tensors)} tensors is named "
                                 f"...{landmark}; is this the right kind of checkpoint?")
        if len(prefixes) > 1:
            raise artifact_error(f"{self.where}: {landmark} appears under {', '.join(map(repr, prefixes))}; "
                                 "expected one model in the file")
        prefix = prefixes[0]
        return {key[len(prefix):]: tensor for key, tensor in self.tensors.items() if key.startswith(prefix)}


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads a Lightning checkpoint, a plain state dict, or a training checkpoint with a "model" entry."""
    return loaded(path, weights_only=False, pickle_module=TOLERANT_PICKLE)


def read_plain_checkpoint(path: Path) -> Checkpoint:
    """Reads a state dict in a file that holds nothing but tensors and plain values; others are refused."""
    return loaded(path, weights_only=True)


def plain_checkpoint_of(stream: BinaryIO, where: str) -> Checkpoint:
    """The same of a file within another."""
    return checkpoint_of(stream, where, weights_only=True)


def loaded(path: Path, **options) -> Checkpoint:
    try:
        with open(path, "rb") as stream:
            return checkpoint_of(stream, str(path), **options)
    except OSError as error:
        raise artifact_error(f"{path}: cannot be read: {error.strerror or error}") from error


def checkpoint_of(stream: BinaryIO, where: str, **options) -> Checkpoint:
    try:
        content = torch.load(stream, map_location="cpu", **options)
    except OSError:
        raise
    except Exception as error:  # torch and pickle raise anything for damaged bytes
        reason = str(error).split("\n")[0][:200]
        raise artifact_error(f"{where}: not a readable PyTorch checkpoint ({type(error).__name__}: {reason}); "
                             "expected a file written by torch.save; is the download complete?") from error
    return Checkpoint(where, state_dict_in(content, where))


def state_dict_in(content: object, where: str) -> Dict[str, Tensor]:
    for candidate in [*(content.get(key) for key in ("state_dict", "model") if isinstance(content, dict)), content]:
        if isinstance(candidate, dict):
            tensors = {key: value for key, value in candidate.items()
                       if isinstance(key, str) and isinstance(value, Tensor)}
            if tensors:
                return tensors
    raise artifact_error(f"{where}: no tensors found, neither at the top nor under 'state_dict' or 'model'")


def check_keys(state: Dict[str, Tensor], expected: Dict[str, Tuple[int, ...]], where: str) -> None:
    """Refuses a state dict with missing, unexpected or mis-shaped tensors, and names them."""
    faults = []
    missing = [key for key in expected if key not in state]
    unexpected = [key for key in state if key not in expected]
    shapes = [f"{key} is {list(state[key].shape)}, expected {list(shape)}" for key, shape in expected.items()
              if key in state and tuple(state[key].shape) != shape]
    if missing:
        faults.append(f"missing: {first_few(missing)}")
    if unexpected:
        faults.append(f"unexpected: {first_few(unexpected)}")
    if shapes:
        faults.append(f"wrong shape: {first_few(shapes)}")
    if faults:
        raise artifact_error(f"{where}: does not fit the architecture; {'; '.join(faults)}")


def check_finite(weights: Dict[str, Tensor], where: str) -> None:
    bad = [name for name, tensor in weights.items() if not bool(torch.isfinite(tensor).all())]
    if bad:
        raise artifact_error(f"{where}: NaN or infinite values in {first_few(bad)}; the file is damaged")


def first_few(names: Iterable[str], limit: int = 8) -> str:
    names = list(names)
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest
