"""Spectra of electron ionisation as text, as `specbridge render` writes them, and the tokenizer that is learnt from
such texts."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence, Tuple

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence as Steps, Split
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer

from .errors import artifact_error, input_error, usage_error

LLM4MS_BEFORE = "Instruction: This is a mass spectra:  Key Peaks: "
NAMED = 3  # peaks that are not called extra_peak
LLAMA_REGEX = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"
SMALLEST_VOCABULARY = 256 + 2


@dataclass(frozen=True)
class Rendering:
    """The rules; those of the program's preset llm4ms."""

    before: str = LLM4MS_BEFORE
    least: float = 0.005
    peaks: int = 30
    unit_mass: str = "truncate"


def rendered(peaks: Sequence[Tuple[float, float]], before: str, most: int) -> str:
    """Of whole m/z, all of which count."""
    by_intensity = sorted(peaks, key=lambda peak: -peak[1])
    words = ["base_peak"] + ["max_peak"] * (NAMED - 1)
    named = [f"{words[i] if i < NAMED else 'extra_peak'}@{int(mz)}," for i, (mz, _) in enumerate(by_intensity[:most])]
    return before + "".join(named) + f"max_peak@{int(max(mz for mz, _ in peaks))}"


def read_texts(path: Path) -> List[str]:
    """The column `text` of a table that `specbridge render` wrote."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise input_error(f"{path}: cannot be read: {error}") from error
    texts = [row["text"] for row in rows if row.get("text")]
    if not texts:
        raise input_error(f"{path}: has no texts; expected the table of specbridge render, with a column text")
    return texts


def trained_tokenizer(texts: List[str], vocabulary_size: int) -> Tokenizer:
    """Byte-level BPE with the pattern of Llama 3: digits by three, BOS in front."""
    if vocabulary_size < SMALLEST_VOCABULARY:
        raise usage_error(f"--vocab-size: found {vocabulary_size}, expected at least {SMALLEST_VOCABULARY}")
    tokenizer = Tokenizer(BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = Steps([Split(Regex(LLAMA_REGEX), behavior="isolated"),
                                     ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.train_from_iterator(texts, BpeTrainer(
        vocab_size=vocabulary_size - 2, initial_alphabet=ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (BEGIN, END)])
    tokenizer.post_processor = TemplateProcessing(single=f"{BEGIN} $A",
                                                  special_tokens=[(BEGIN, tokenizer.token_to_id(BEGIN))])
    return tokenizer


def specials_of(tokenizer: Tokenizer, where: str) -> Tuple[int, int]:
    """How many special tokens stand before and behind a text."""
    bare, full = (tokenizer.encode("a", add_special_tokens=special).ids for special in (False, True))
    for before in range(len(full) - len(bare) + 1):
        if bare and full[before:before + len(bare)] == bare:
            return before, len(full) - len(bare) - before
    raise artifact_error(f"{where}: the tokenizer has no token for the letter a")
