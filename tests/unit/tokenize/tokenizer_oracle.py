"""Builds tokenizers with the Hugging Face library and writes what they make of many texts.

usage: tokenizer_oracle.py OUT [SMILES.smi.gz]
Writes OUT/smiles.texts.json, OUT/spectra.texts.json and, for every tokenizer, OUT/NAME.json and OUT/NAME.ids.json:
what it makes of the former, and "llama" and "llama_bytes" of the latter.
"""

import gzip
import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, pre_tokenizers, processors
from tokenizers.models import BPE, WordLevel
from tokenizers.trainers import BpeTrainer, WordLevelTrainer

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
SMILES_REGEX = (r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$"
                r"|\%[0-9]{2}|[0-9])")
LLAMA_REGEX = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
TRICKY = ["", " ", "  ", "C", " C", "C ", "Cl", "Br", "[CH][I-][Br-]", "[Zn+2]", "[nH]", "[C@@H](N)C", "CC  O", "C\tN",
          "C\nN", "caf\u00e9", "\u4e2d\u6587C", "C\u00a0N", "\U0001f600CO", "\u0661\u0662 12", "e\u0301", "<s>CC</s>",
          "C<mask>C", "C  <mask>  C", "<mas", "<unk>", "it's we'll I'd 'tis", "a'S 't", "C%10CC%10", "C/C=C\\C", "><",
          "C.[Na+]", "C%(101)CC%(101)", "CC|CC>>CO", "C[Q]C", "[PAD]C[MASK]",
          "x" * 300, "C" * 3000, "[" + "C" * 2000 + "]", "(" * 50 + ")" * 50, "1234567890" * 20,
          "\x00\x01\x7f", "\u2028C\u3000 N", "Q\u0301 \u00b2\u00bd", "   C   N   ", "[unclosed", "\ufffd"]


def trained(tokenizer, texts, size):
    tokenizer.train_from_iterator(texts, BpeTrainer(
        vocab_size=size, special_tokens=SPECIAL, show_progress=False))
    return tokenizer


def ends(tokenizer):
    return [(token, tokenizer.token_to_id(token)) for token in ("</s>", "<s>")]


def zero_merges():
    """Atoms in the vocabulary, no merges, no unknown token: what is not listed disappears."""
    tokens = SPECIAL + list("cCO()=12N.n3F~-4S#/5soPIB6\\789p*b") + ["Cl", "Br", "[nH]"]
    tokenizer = Tokenizer(BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.RobertaProcessing(*ends(tokenizer), add_prefix_space=False)
    return tokenizer


def with_merges(texts):
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trained(tokenizer, texts, 600)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(*ends(tokenizer), add_prefix_space=True)
    return tokenizer


def without_regex(texts):
    """One piece per text, whole words first; each special token of the template twice."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>", ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trained(tokenizer, texts, 400)
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(single="<s> <s> $A </s>", special_tokens=ends(tokenizer))])
    return tokenizer


def word_level(texts):
    tokenizer = Tokenizer(WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(SMILES_REGEX), behavior="isolated")
    tokenizer.train_from_iterator(texts, WordLevelTrainer(special_tokens=SPECIAL, show_progress=False))
    tokenizer.add_tokens(["ClC"])
    tokenizer.post_processor = processors.BertProcessing(*ends(tokenizer))
    return tokenizer


def one_token_a_line():
    """As a vocab.txt becomes one: what the pattern does not find is dropped, what the vocabulary lacks is unknown."""
    pattern = SMILES_REGEX.replace(r"(\[", r"(\%\([0-9]{3}\)|\[", 1).replace(r"|\(|", r"|\||\(|", 1)
    atoms = "c C ( ) O 1 2 = N . n 3 F Cl >> > ~ - 4 [C@H] S [C@@H] [O-] Br # / [nH] [N+] \\ % %10 |".split()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate(special + atoms)}
    tokenizer = Tokenizer(WordLevel(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True)
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def only_matches(texts):
    """Keeps what the pattern finds, then cuts at every "=" and spells bytes."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SMILES_REGEX), behavior="removed", invert=True),
        pre_tokenizers.Split("=", behavior="removed"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return trained(tokenizer, texts, 300)


def llama(texts, size):
    """As Llama 3's tokenizer.json is made, but for its vocabulary."""
    tokenizer = Tokenizer(BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA_REGEX), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.train_from_iterator(texts, BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    special = ["<|begin_of_text|>", "<|end_of_text|>", *(f"<|reserved_special_token_{i}|>" for i in range(254))]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    begin = (special[0], tokenizer.token_to_id(special[0]))
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single=f"{begin[0]} $A", pair=f"{begin[0]} $A {begin[0]}:1 $B:1",
                                      special_tokens=[begin])])
    return tokenizer


def renderings(count):
    """Spectra as `specbridge render --preset llm4ms` writes them, of random peaks."""
    generator = random.Random(8)
    for _ in range(count):
        masses = generator.sample(range(1, 1200), generator.randint(1, 31))
        words = ["base_peak", "max_peak", "max_peak"] + ["extra_peak"] * 28
        peaks = [f"{word}@{mass}" for word, mass in zip(words, masses)] + [f"max_peak@{max(masses)}"]
        yield "Instruction: This is a mass spectra:  Key Peaks: " + ",".join(peaks)


def of_any_script(count):
    """Random strings: of characters that the pattern tells apart, and of any that Unicode has."""
    marks = list(" \t\r\n'@_,.-!") + ["\u00a0", "\u2028", "'s", "'T", "'Re", "'LL", "'\u017f", "'D", "  ", "\r\n",
                                       "a", "Z", "\u00e9", "\u4e2d", "1", "42", "1234567", "\u0663", "\u00bd",
                                       "e\u0301", "\U0001f600", "\U00010d4a", "\U0002ebf0",
                                       "<|end_of_text|>", "<|end", "peak@"]
    generator = random.Random(9)
    for _ in range(count):
        yield "".join(generator.choices(marks, k=generator.randint(1, 40)))
        yield "".join(chr(generator.choice((generator.randrange(0x20, 0xd800), generator.randrange(0xe000, 0x10000),
                                            generator.randrange(0x10000, 0x110000)))) for _ in range(20))


def every_assigned_character():
    """Each between two letters and beside a digit, two hundred in a string."""
    codes = [*range(1, 0xd800), *range(0xe000, 0x323b0), *range(0xe0000, 0xe0200)]
    for begin in range(0, len(codes), 200):
        yield "".join(f"a{chr(code)}b{chr(code)}1" for code in codes[begin:begin + 200])


def read_smiles(path):
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [max(line.split(), key=len) for _, line in zip(range(10000), stream)]


def mixtures(count):
    """Strings of SMILES characters, blanks, marks and letters of other scripts in random order."""
    alphabet = list("CNOcn()[]=#123%+-@/\\ '") + ["Cl", "Br", "  ", "\t", "\u00e9", "\u4e2d", "<mask>", "'s", "\u00a0"]
    generator = random.Random(5)
    return ["".join(generator.choices(alphabet, k=generator.randint(1, 40))) for _ in range(count)]


def write(out, name, tokenizer, texts):
    tokenizer.save(str(out / f"{name}.json"))
    ids = {"all": [tokenizer.encode(text).ids for text in texts]}
    tokenizer.enable_truncation(12)
    ids["cut"] = [tokenizer.encode(text).ids for text in texts]
    (out / f"{name}.ids.json").write_text(json.dumps(ids))


def main(out, smiles_file):
    texts = TRICKY + mixtures(2000) + (read_smiles(smiles_file) if smiles_file else [])
    training = texts[-3000:]
    spectra = [*renderings(10000), *of_any_script(4000), *every_assigned_character(), *TRICKY]
    (out / "smiles.texts.json").write_text(json.dumps(texts))
    (out / "spectra.texts.json").write_text(json.dumps(spectra))
    tokenizers = {"zero_merges": zero_merges(), "with_merges": with_merges(training),
                  "without_regex": without_regex(training), "word_level": word_level(training),
                  "only_matches": only_matches(training), "one_token_a_line": one_token_a_line()}
    for name, tokenizer in tokenizers.items():
        write(out, name, tokenizer, texts)
    write(out, "llama", llama(spectra[9000:14000], 900), spectra)
    write(out, "llama_bytes", llama([], 256), spectra)  # no merges: a token a byte


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
