"""Networks whose archives hold what a reader of them chokes on: one line, exit code 4 or 6, within bounds."""

import re
import struct
import subprocess
import sys
import zipfile
from io import BytesIO
from tempfile import NamedTemporaryFile

import pytest

from cli_support import PROGRAM, SECONDS_AT_MOST, copy_of, list_file, names_in, replace, succeed

pytestmark = pytest.mark.thorough

MOST_MEMORY = 1 << 30


class Archive:
    """The records of a network's file, to be changed."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.root = archive.namelist()[0].split("/")[0]
            self.records = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
        self.packed = set()

    @property
    def code(self):
        return next(name for name in self.records if name.endswith("specbridge_export/dreams.py"))

    def insert(self, statements, method="prefix"):
        """Puts statements at the beginning of a method."""
        text = self.records[self.code].decode()
        head = re.search(rf"def {method}\(.*?\) -> [^\n]*:\n", text, re.S).end()
        body = "".join(f"    {line}\n" for line in statements.split("\n"))
        self.records[self.code] = (text[:head] + body + text[head:]).encode()

    def write(self, path):
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, raw in self.records.items():
                archive.writestr(f"{self.root}/{name}", raw,
                                 zipfile.ZIP_DEFLATED if name in self.packed else zipfile.ZIP_STORED)
        replace(path, out.getvalue())


def pushed_into(pickle, operations):
    """A pickle with operations before its end, whose value is dropped into a tuple."""
    assert pickle.endswith(b".")
    return pickle[:-1] + operations + b"\x86."


def loop(archive):
    archive.insert("while True:\n  n = n + 1")


def text_bomb(archive):
    archive.insert('text = "specbridge"\nwhile True:\n  text = text + text')


def hoard(archive):
    archive.insert("hoard = [peaks]\nwhile True:\n  hoard.append(torch.ones([1000000]))\npeaks = hoard[0]")


def raised(archive):
    archive.insert('ops.prim.RaiseException("no", "builtins.ValueError")')


def wrong_product(archive):
    archive.insert("peaks = torch.matmul(peaks, torch.ones([7]))")


def beyond_a_list(archive):
    archive.insert("peaks = [peaks][5]")


def impossible_view(archive):
    archive.insert("peaks = torch.reshape(peaks, [-5, 3])")


def too_large_a_tensor(archive):
    archive.insert("peaks = torch.zeros([10000000000000])")


def nothing_given(archive):
    archive.insert("if torch.ge(n, 0):\n  return annotate(List[Tensor], [])\nelse:\n  pass")


def another_shape(archive):
    archive.insert("if torch.ge(n, 0):\n  return [torch.ones([1, 1])]\nelse:\n  pass")


def forward_calls(archive):
    archive.insert("again = (self).prefix(peaks, n, )")


def empty_record(archive):
    archive.records["data/0"] = b""


def short_record(archive):
    archive.records["data/1"] = archive.records["data/1"][:-4]


def missing_record(archive):
    del archive.records["data/2"]


def packed_zeros(archive):
    archive.records["data/0"] = bytes(300_000_000)
    archive.packed.add("data/0")


def deep_tuple(archive):
    archive.records["data.pkl"] = pushed_into(archive.records["data.pkl"], b")" + b"\x85" * 300_000)


def deep_lists(archive):
    archive.records["data.pkl"] = pushed_into(archive.records["data.pkl"], b"]" * 100_000 + b"a" * 99_999)


def list_within_itself(archive):
    archive.records["data.pkl"] = pushed_into(archive.records["data.pkl"], b"]r\x00\x00\x01\x00j\x00\x00\x01\x00a")


def cut_pickle(archive):
    archive.records["data.pkl"] = archive.records["data.pkl"][:-40]


def no_values(archive):
    archive.records["data.pkl"] = b"\x80\x02tQR."


def beyond_its_storage(archive):
    """The first tensor begins at element 2^31 - 1 of its values."""
    pickle = archive.records["data.pkl"]
    at = re.search(rb"Q(q.|r....)K\x00", pickle, re.S).end() - 2
    archive.records["data.pkl"] = pickle[:at] + b"J" + struct.pack("<i", 2**31 - 1) + pickle[at + 2:]


def deep_brackets(archive):
    archive.insert("deep = " + "(" * 50_000 + "n" + ")" * 50_000)


def long_sum(archive):
    archive.insert("long = n" + " + n" * 100_000)


def deep_blocks(archive):
    lines = [" " * depth + "if torch.gt(n, 0):" for depth in range(1000)]
    archive.insert("\n".join([*lines, " " * 1000 + "n0 = 1"]))


def elif_chain(archive):
    lines = ["if torch.gt(n, 0):", "  n0 = 1"]
    for number in range(20_000):
        lines += [f"elif torch.gt(n, {number}):", "  n0 = 1"]
    archive.insert("\n".join([*lines, "else:", "  n0 = 2"]))


def no_code(archive):
    archive.records[archive.code] = b"\xff\xfe def ("


def much_code(archive):
    archive.insert("\n".join(["n0 = 1"] * 600_000))
    archive.packed.add(archive.code)


REFUSED = {
    loop: "its network does not come to an end within 8 seconds; export the encoder again",
    text_bomb: r"its network takes more than \d+ mebibytes of memory to be loaded and tried; export the encoder again",
    hoard: r"its network takes more than \d+ mebibytes of memory to be loaded and tried; export the encoder again",
    raised: ".*",
    wrong_product: ".*",
    beyond_a_list: ".*",
    impossible_view: ".*",
    nothing_given: "gives no features; export the encoder again",
    another_shape: r"gives \[1, 1\]; expected \[\d+, \d+\]; export the encoder again",
    forward_calls: ".*recurs.*|.*recursive.*",
    empty_record: "its record data.pkl: the record 0 has 0 bytes, expected .*",
    short_record: "its record data.pkl: the record 1 has .* bytes, expected .*",
    missing_record: "its record data.pkl: needs the record 2, which is missing; export the encoder again",
    packed_zeros: "its record data/0: says it is longer than the file; export the encoder again",
    deep_tuple: "its record data.pkl: nests values more than 200 deep; export the encoder again",
    deep_lists: "its record data.pkl: nests values more than 200 deep; export the encoder again",
    list_within_itself: "its record data.pkl: holds a value within itself; export the encoder again",
    cut_pickle: "its record data.pkl: .*",
    no_values: "its record data.pkl: takes more values than there are; export the encoder again",
    beyond_its_storage: "its record data.pkl: describes a tensor .* that reaches beyond its .* values; .*",
    deep_brackets: r"its record code/\S+: line \d+: brackets are nested too deep; export the encoder again",
    long_sum: r"its record code/\S+: line \d+: a statement is too long; export the encoder again",
    deep_blocks: r"its record code/\S+: line \d+: blocks are nested too deep; export the encoder again",
    elif_chain: r"its record code/\S+: line \d+: a chain of elif is too long; export the encoder again",
    no_code: "its code cannot be compiled .*|not a TorchScript archive .*",
    much_code: r"its record \S+: with it code takes more than 4194304 bytes; export the encoder again",
}


# What a process used includes what its parent held when it was forked, so a small one stands between.
MEASURE = """
import os, signal, sys
program = os.posix_spawn(sys.argv[3], sys.argv[3:], os.environ)
signal.signal(signal.SIGALRM, lambda *_: os.kill(program, signal.SIGKILL))
signal.alarm(int(sys.argv[2]))
_, status, usage = os.wait4(program, 0)
with open(sys.argv[1], "w") as figures:
    print(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024, file=figures)
"""


def run_measured(*arguments):
    """Exit code, standard error and highest memory, in bytes, of a run of the program."""
    with NamedTemporaryFile("r") as figures:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, figures.name, str(SECONDS_AT_MOST), PROGRAM,
                               *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        code, memory = map(int, figures.read().split())
        return code, done.stderr.decode(), memory


def test_memory_is_that_of_the_program_alone(made):
    held = bytearray(MOST_MEMORY)
    held[::4096] = bytes(len(held[::4096]))
    assert run_measured("info", made.encoder["morgan"])[2] < MOST_MEMORY / 2
    assert len(held) == MOST_MEMORY


@pytest.fixture
def train_on(made, tmp_path):
    """Trains on an encoder whose archive was changed."""
    def run(change):
        encoder = copy_of(made.spectrum_encoder, tmp_path)
        archive = Archive(encoder / "model.pt")
        change(archive)
        archive.write(encoder / "model.pt")
        list_file(encoder, "model.pt")
        (tmp_path / "outputs").mkdir()
        code, error, memory = run_measured(
            "train", "--spectra", made.train, "--spectrum-encoder", encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "-o", tmp_path / "outputs/out")
        assert memory < MOST_MEMORY
        assert error.startswith(f"specbridge: {encoder / 'model.pt'}: ") and error.count("\n") == 1, error
        assert names_in(tmp_path / "outputs") == []
        return code, error.removeprefix(f"specbridge: {encoder / 'model.pt'}: ").rstrip("\n")

    return run


@pytest.mark.parametrize("change, message", REFUSED.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_hostile_network_is_refused(train_on, change, message):
    code, error = train_on(change)
    assert code == 4 and re.fullmatch(message, error), error


def test_a_network_that_asks_for_more_memory_than_there_is(train_on):
    code, error = train_on(too_large_a_tensor)
    assert code == 6 and "memory" in error, error


def test_an_archive_that_was_only_packed_anew_is_taken(made, tmp_path):
    encoder = copy_of(made.spectrum_encoder, tmp_path)
    Archive(encoder / "model.pt").write(encoder / "model.pt")
    list_file(encoder, "model.pt")
    succeed("train", "--spectra", made.train, "--spectrum-encoder", encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "-o", tmp_path / "model")
