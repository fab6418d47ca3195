"""What ANNalog writes by its own Python: python annalog_reference.py WHEEL DIRECTORY MOLECULES BEAMS. Exports the wheel
to DIRECTORY and prints for each of the first MOLECULES molecules of standard input "MOLECULE text log-probability ...".

The network is the package's own. Its beam search lets a text that has ended leave the beams and stops with as many ends
as beams, so texts of higher probability may be missed; here ended texts stay among the beams and compete, as with
Chemformer, and as the program does it."""

import importlib
import subprocess
import sys
import tempfile
import types
import zipfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[3]
HEADS, WIDTH, LAYERS, FFN, POSITIONS = 8, 256, 3, 512, 102


def package(wheel, folder):
    """Its network and words, without what its other modules ask for."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("annalog/")])
    module = types.ModuleType("annalog_files")
    module.__path__ = [str(folder / "annalog/model_files")]
    sys.modules["annalog_files"] = module
    network = importlib.import_module("annalog_files.seq2seq_attention")
    tokenizer = importlib.import_module("annalog_files.vocabulary").SMILESTokenizer()
    sys.path.insert(0, str(ROOT / "tools/export"))
    from specbridge_export.annalog_directory import read_vocabulary
    words = read_vocabulary(wheel)
    device = torch.device("cpu")
    sizes = (len(words), WIDTH, LAYERS, HEADS, FFN, 0.1, device, POSITIONS)
    model = network.Seq2Seq(network.Encoder(*sizes), network.Decoder(*sizes), words.index("<pad>"),
                            words.index("<pad>"), device)
    weights = torch.load(folder / "annalog/ckpt_and_vocab/Lev_extended.pt", weights_only=True, map_location=device)
    model.load_state_dict(weights)
    return model.eval(), tokenizer, words


def following(model, memory, texts):
    """Logarithms of what follows texts of one length."""
    length = len(texts[0])
    order = torch.ones(1, length, length, dtype=torch.bool).tril()
    there = torch.ones(1, 1, 1, memory.size(1), dtype=torch.bool)
    scores, _ = model.decoder(torch.tensor(texts), memory.expand(len(texts), -1, -1), order, there)
    return torch.log_softmax(scores[:, -1], dim=-1).tolist()


def beams_of(model, words, source, beams):
    start, end = words.index("<start>"), words.index("<end>")
    source = torch.tensor([source])
    memory = model.encoder(source, model.make_src_mask(source))
    present = [(0.0, [start], False)]
    for length in range(POSITIONS):
        grown = [(at, i, end, True) for i, (at, _, ended) in enumerate(present) if ended]
        open_ones = [i for i, one in enumerate(present) if not one[2]]
        if not open_ones:
            break
        rows = following(model, memory, [present[i][1] for i in open_ones])
        if length == POSITIONS - 1:
            present = [(present[i][0] + row[end], present[i][1], True) for i, row in zip(open_ones, rows)] + [
                one for one in present if one[2]]
            break
        grown += [(present[i][0] + log, i, token, False) for i, row in zip(open_ones, rows)
                  for token, log in enumerate(row) if token != start]
        grown.sort(key=lambda one: (-one[0], one[1], one[2]))
        present = [(at, present[i][1] if ended or token == end else [*present[i][1], token], ended or token == end)
                   for at, i, token, ended in grown[:beams]]
    return sorted(present, key=lambda one: -one[0])


def main(wheel, directory, molecules, beams):
    subprocess.run([sys.executable, ROOT / "tools/export/export_decoder.py", "--annalog", wheel, "-o", directory],
                   check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        model, tokenizer, words = package(Path(wheel), Path(folder))
        done = 0
        for line in sys.stdin:
            cut = tokenizer.tokenize(line.strip())
            if not set(cut) <= set(words) or len(cut) > 60:
                continue
            source = [words.index(word) for word in ("<start>", *cut, "<end>")]
            found = beams_of(model, words, source, beams)
            texts = ["".join(words[token] for token in text[1:]) for _, text, _ in found]
            print(line.strip(), *(field for (at, _, _), text in zip(found, texts) for field in (text, repr(at))))
            done += 1
            if done == molecules:
                break


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
