"""The rows of the ablations: which settings, spectrum encoder and molecule encoder each is a training of. At full size
a row is a file of configs/; on another configuration it is that file's values of the keys that its table varies."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass, field
from pathlib import Path

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
FULL_SIZE = "specbridge"
DUAL = tuple(f"infonce_dual_{name}" for name in ("weight", "temperature", "temperature_trains", "copies", "jitter"))
OBJECTIVE = ("distance_weight", "contrastive_weight", "contrastive_temperature", "infonce_weight",
             "infonce_temperature", *DUAL, "decoy_weight", "decoy_temperature", "decoys")
WHITENED = {"target": "whitened"}


@dataclass(frozen=True)
class Row:
    """One training. What is None is as the command line has it: the encoders that all other rows have."""
    name: str
    config: str = FULL_SIZE
    settings: dict = field(default_factory=dict)
    spectrum_encoder: str | None = None
    molecule_encoder: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows that are compared with the first of them. `keys` are the settings that their files differ in."""
    name: str
    title: str
    keys: tuple[str, ...]
    rows: tuple[Row, ...]


def objectives() -> Table:
    rows = []
    for name, config in (("distance", FULL_SIZE), ("infonce", "ablation-infonce"),
                         ("infonce-dual", "ablation-infonce-dual"), ("softmax", "ablation-softmax"),
                         ("distance-infonce", "ablation-distance-and-infonce"),
                         ("distance-softmax", "ablation-contrastive"), ("distance-decoys", "ablation-decoys"),
                         ("no-orthogonality", "ablation-no-orthogonality")):
        rows.append(Row(name, config))
        if name != "no-orthogonality":
            rows.append(Row(f"{name}-whitened", config, WHITENED))
    return Table("objectives", "What is trained for, on vectors of molecules as they are and whitened",
                 (*OBJECTIVE, "orthogonality_weight"), tuple(rows))


def pretraining() -> Table:
    blocks = (("frozen", "ablation-frozen-encoder"), ("2-blocks", FULL_SIZE))
    aims = (("distance", {}), ("infonce", {"distance_weight": 0, "infonce_weight": 1, "contrastive_weight": 0}))
    rows = tuple(Row(f"{start}-{aim}-{depth}", config, settings, spectrum_encoder=start)
                 for start in ("pretrained", "random") for aim, settings in aims for depth, config in blocks)
    return Table("pretraining", "Weights that the spectrum encoder starts from, objective, and how much of it trains",
                 ("trainable_blocks", *OBJECTIVE), rows)


def mapper() -> Table:
    def config(blocks: int, width: int) -> str:
        if (blocks, width) == (8, 2048):
            return FULL_SIZE
        return f"ablation-mapper-{blocks}" + ("" if width == 2048 else f"-width-{width}")
    return Table("mapper", "Residual blocks of the mapper, and width of its and the head's hidden layers",
                 ("mapper_blocks", "mapper_hidden", "head_hidden"),
                 tuple(Row(f"{blocks}x{width}", config(blocks, width))
                       for blocks in (8, 4, 2, 0) for width in (2048, 1024, 512)))


def encoders() -> Table:
    return Table("encoders", "Spectrum encoders, all weights trained", (),
                 tuple(Row(name, settings={"trainable_blocks": "all"}, spectrum_encoder=name)
                       for name in ("random", "deepsets", "deepsets-fourier", "binned-ffn")))


def targets() -> Table:
    rows = []
    for name in ("morgan-768", "morgan-2048", "rxnfp", "roberta"):
        rows += [Row(name, molecule_encoder=name), Row(f"{name}-whitened", settings=WHITENED, molecule_encoder=name)]
    return Table("targets", "Molecule encoders, their vectors as they are and whitened", (), tuple(rows))


TABLES = (
    objectives(), encoders(), targets(),
    Table("members", "Models whose cosines are averaged", (),
          (*(Row(str(members), settings={"members": members}) for members in (1, 3)),
           *(Row(f"{members}-morgan-2048", settings={"members": members}, molecule_encoder="morgan-2048")
             for members in (1, 3)),
           *(Row(f"{members}-fourier-morgan-2048", settings={"trainable_blocks": "all", "members": members},
                 spectrum_encoder="deepsets-fourier", molecule_encoder="morgan-2048") for members in (1, 3)))),
    Table("blocks", "Last blocks of the spectrum encoder that train", ("trainable_blocks",),
          (Row("2"), Row("0", "ablation-frozen-encoder"), Row("1", "ablation-unfreeze-1"),
           Row("4", "ablation-unfreeze-4"))),
    Table("start", "The mapper's matrix at the start", ("mapper_start",),
          (Row("orthogonal"), Row("xavier", "ablation-random-mapper"), Row("procrustes", "ablation-procrustes"))),
    mapper(), pretraining())


def read_config(path: Path) -> dict:
    return {key: value for key, value in json.loads(path.read_text()).items() if key != "description"}


def settings_of(table: Table, row: Row, base: dict, defaults: dict, of_all: dict) -> dict:
    """The settings of a row: those of the base, the values of its file for the keys of the table, its own, and what all
    rows were given. The order of keys is fixed, so that equal settings are equal text."""
    file = read_config(CONFIGS / f"{row.config}.json")
    varied = {key: file.get(key, defaults[key]) for key in table.keys}
    settings = {**base, **varied, **row.settings, **of_all}
    stated = base.keys() | of_all.keys()
    return {key: settings[key] for key in sorted(settings) if settings[key] != defaults[key] or key in stated}


def chosen(patterns: list[str]) -> list[tuple[Table, Row]]:
    """The rows that patterns name, as "table", "table/row" or with wildcards; the first row of a table comes along.
    @raises ValueError for a pattern that names none"""
    def matches(table: Table, row: Row, pattern: str) -> bool:
        return table.name == pattern or fnmatch.fnmatchcase(f"{table.name}/{row.name}", pattern)
    for pattern in patterns:
        if not any(matches(table, row, pattern) for table in TABLES for row in table.rows):
            raise ValueError(f"--rows: no row is named '{pattern}'; --list names them")
    rows = []
    for table in TABLES:
        wanted = [row for row in table.rows if not patterns or any(matches(table, row, one) for one in patterns)]
        if wanted and table.rows[0] not in wanted:
            wanted.insert(0, table.rows[0])
        rows += [(table, row) for row in wanted]
    return rows
