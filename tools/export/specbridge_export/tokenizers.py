"""Tokenizers for molecules, all kept in the tokenizer.json format of Hugging Face.

Used from that format: BPE with a byte-level pre-tokenizer, or WordLevel with a regex Split; added
tokens; Roberta, Bert and Template post-processors; truncation.
"""

import collections
import json
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE, WordLevel
from tokenizers.pre_tokenizers import ByteLevel, Split
from tokenizers.processors import BertProcessing, RobertaProcessing, TemplateProcessing
from tokenizers.trainers import BpeTrainer

from .bert_weights import read_json
from .errors import ExportError, artifact_error, usage_error
from .smiles import ATOM_REGEX, VOCABULARY_REGEX, atoms

SPECIAL_TOKENS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
PAD_ID = SPECIAL_TOKENS.index("<pad>")
PRINTABLE = [chr(code) for code in range(0x21, 0x7F)]
ATOMS_BPE_SIZE = 581
# Elements and decorations of the bracket atoms that fill the vocabulary of atoms-bpe.
BRACKET_ELEMENTS = ("C N O S P B Si Se F Cl Br I H Li Na K Mg Ca Zn Cu Fe Co Ni Mn Al As Te Sn Ge Pt Pd Au Ag "
                    "Hg Cd Ti Cr Mo W Ru Rh c n o s p se").split()
# Always in a wordlevel vocabulary, whatever the file lacks (one without stereo, for instance).
USUAL_ATOMS = ("C N O S P F I B Cl Br c n o s p b ( ) = # - / \\ . 1 2 3 4 5 6 7 8 9 %10 %11 %12 [C@H] [C@@H] [C@] "
               "[C@@] [nH] [N+] [n+] [O-] [S-] [N-] [Si] [B-] [2H]").split()
BRACKET_ENDS = ["", "H", "+", "-", "H+", "H2+", "H-", "@", "@@", "@H", "@@H"]


def special_added_tokens(tokens: Iterable[str]) -> List[AddedToken]:
    return [AddedToken(token, special=True, normalized=False) for token in tokens]


def finish_byte_level(tokenizer: Tokenizer, add_prefix_space: bool = False, cls: str = "<s>",
                      sep: str = "</s>") -> Tokenizer:
    """Byte-level cutting in front, <s> and </s> around."""
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = ByteLevelDecoder()
    ends = [(token, tokenizer.token_to_id(token)) for token in (sep, cls)]
    tokenizer.post_processor = RobertaProcessing(*ends, add_prefix_space=add_prefix_space)
    return tokenizer


def atoms_bpe() -> Tokenizer:
    """BPE without merges, like the ChemBERTa tokenizers: what comes out are single characters. Every
    printable character is in the vocabulary, so nothing is lost; the atom tokens that such
    vocabularies list fill it up to 581 and never come out."""
    bracketed = [f"[{element}{end}]" for end in BRACKET_ENDS for element in BRACKET_ELEMENTS]
    tokens = SPECIAL_TOKENS + PRINTABLE + ["Cl", "Br"] + bracketed
    vocabulary = {token: i for i, token in enumerate(tokens[:ATOMS_BPE_SIZE])}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.add_special_tokens(special_added_tokens(SPECIAL_TOKENS))
    return finish_byte_level(tokenizer)


def trained_bpe(smiles: List[str], vocabulary_size: int) -> Tokenizer:
    """Byte-level BPE with merges learnt from SMILES."""
    smallest = len(SPECIAL_TOKENS) + len(PRINTABLE)
    if vocabulary_size < smallest:
        raise usage_error(f"--vocab-size: found {vocabulary_size}, expected at least {smallest}")
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(smiles, BpeTrainer(
        vocab_size=vocabulary_size, special_tokens=special_added_tokens(SPECIAL_TOKENS),
        initial_alphabet=PRINTABLE, show_progress=False))
    return finish_byte_level(tokenizer)


def trained_word_level(smiles: List[str], vocabulary_size: Optional[int]) -> Tokenizer:
    """One token per atom, bond or ring number; the most frequent ones when a size is given."""
    counts = collections.Counter(USUAL_ATOMS)
    counts.update(atom for molecule in smiles for atom in atoms(molecule))
    ordered = sorted(counts, key=lambda atom: (-counts[atom], atom))
    limit = None if vocabulary_size is None else max(vocabulary_size - len(SPECIAL_TOKENS), 0)
    vocabulary = {token: i for i, token in enumerate(SPECIAL_TOKENS + ordered[:limit])}
    tokenizer = Tokenizer(WordLevel(vocab=vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Split(Regex(ATOM_REGEX), behavior="isolated")
    tokenizer.add_special_tokens(special_added_tokens(SPECIAL_TOKENS))
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(token, vocabulary[token]) for token in ("<s>", "</s>")])
    return tokenizer


def read_tokenizer_file(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise artifact_error(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # the library raises plain Exception for a bad file
        raise artifact_error(f"{path}: not a tokenizer.json ({error})") from error


def read_tokenizer(directory: Path) -> Tokenizer:
    """The tokenizer of a Hugging Face directory: tokenizer.json, else vocab.json with merges.txt, else
    vocab.txt (one token a line, SMILES cut by regex)."""
    if (directory / "tokenizer.json").is_file():
        return read_tokenizer_file(directory / "tokenizer.json")
    if (directory / "vocab.json").is_file() and (directory / "merges.txt").is_file():
        return from_vocab_and_merges(directory)
    if (directory / "vocab.txt").is_file():
        return from_vocab_txt(directory / "vocab.txt")
    raise artifact_error(f"{directory}: has no tokenizer.json, no vocab.json with merges.txt and no vocab.txt")


def from_vocab_and_merges(directory: Path) -> Tokenizer:
    settings = tokenizer_settings(directory)
    vocabulary = read_json(directory / "vocab.json")
    cls = special_token(settings, vocabulary, "cls_token", ["<s>", "[CLS]"], directory)
    sep = special_token(settings, vocabulary, "sep_token", ["</s>", "[SEP]"], directory)
    try:
        model = BPE(vocab=vocabulary, merges=read_merges(directory / "merges.txt"))
    except Exception as error:  # the library raises plain Exception for a merge of unknown tokens
        if isinstance(error, ExportError):
            raise
        raise artifact_error(f"{directory / 'merges.txt'}: does not fit vocab.json ({error})") from error
    tokenizer = Tokenizer(model)
    known = [token for token in (*SPECIAL_TOKENS, "[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]") if token in vocabulary]
    tokenizer.add_special_tokens(special_added_tokens(known))
    for token, _ in sorted(added_tokens(directory).items(), key=lambda item: item[1]):
        tokenizer.add_special_tokens(special_added_tokens([token]))
    return finish_byte_level(tokenizer, bool(settings.get("add_prefix_space", False)), cls, sep)


def added_tokens(directory: Path) -> Dict[str, int]:
    path = directory / "added_tokens.json"
    return read_json(path) if path.is_file() else {}


def read_merges(path: Path) -> List[tuple]:
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [line.split(" ") for line in lines if line and not line.startswith("#version")]
    bad = [row for row in rows if len(row) != 2]
    if bad:
        raise artifact_error(f"{path}: found the line {' '.join(bad[0])!r}, expected two tokens and a space between")
    return [tuple(row) for row in rows]


def tokenizer_settings(directory: Path) -> Dict[str, object]:
    settings: Dict[str, object] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if (directory / name).is_file():
            settings |= read_json(directory / name)
    return settings


def special_token(settings: Dict[str, object], vocabulary: Dict[str, int], name: str, usual: List[str],
                  where: Path) -> str:
    """What the settings call it, else the first usual name that the vocabulary has."""
    named = settings.get(name)
    named = named.get("content") if isinstance(named, dict) else named
    for token in ([named] if isinstance(named, str) else []) + usual:
        if token in vocabulary:
            return token
    raise artifact_error(f"{where}: no {name} in its vocabulary; expected one of {', '.join(usual)}")


def from_vocab_txt(path: Path) -> Tokenizer:
    try:
        tokens = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise artifact_error(f"{path}: cannot be read: {error}") from error
    vocabulary = {token.strip(): i for i, token in enumerate(tokens) if token.strip()}
    ends = ["[SEP]", "[CLS]"]
    missing = [token for token in [*ends, "[UNK]"] if token not in vocabulary]
    if missing:
        raise artifact_error(f"{path}: no {', '.join(missing)}; expected one token per line, these included")
    tokenizer = Tokenizer(WordLevel(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex(VOCABULARY_REGEX), behavior="removed", invert=True)
    special = [token for token in ("[PAD]", "[UNK]", *ends[::-1], "[MASK]") if token in vocabulary]
    tokenizer.add_special_tokens(special_added_tokens(special))
    tokenizer.post_processor = BertProcessing(*((token, vocabulary[token]) for token in ends))
    return tokenizer


def write_tokenizer(tokenizer: Tokenizer, path: Path, max_tokens: int) -> None:
    """Writes tokenizer.json with truncation to max_tokens, special tokens included, and no padding."""
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    text = json.dumps(json.loads(tokenizer.to_str()), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def largest_id(tokenizer: Tokenizer) -> int:
    return max(tokenizer.get_vocab(with_added_tokens=True).values())


def length_limit(directory: Path) -> int:
    """The tokenizer's own limit on tokens; directories without one carry a huge number or none."""
    limit = tokenizer_settings(directory).get("model_max_length")
    return int(limit) if isinstance(limit, (int, float)) and limit >= 3 else 10**9
