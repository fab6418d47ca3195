"""Prints the tables of massbank_benchmark.sh and shipped_model.sh from the reports they left.

usage: benchmark_table.py DIR
"""

import json
import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

CUTOFFS = ("1", "5", "20")
POOLS = ("near", "256", "formula", "mass")
CONTROLS = ("zeroed", "flat", "precursor", "swapped", "isomer", "mean", "nearest_training", "prior", "prior_and_model")
COLUMNS = ("Recall@1", "Recall@5", "Recall@20", "MRR")
WIDTH = 21


def figures(source: dict) -> list[float]:
    """Recall@1, 5, 20 and MRR of a report, or of a part of one."""
    return [source["recall"][cutoff] for cutoff in CUTOFFS] + [source["mrr"]]


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * value for w, value in zip(weights, values)) / sum(weights)


def joined(parts: list[dict], weights: list[float]) -> list[float]:
    """The figures of several reports as if what they are over were in one."""
    return [weighted_mean(values, weights) for values in zip(*(figures(part) for part in parts))]


def cell(values: list[float]) -> str:
    mean = f"{statistics.fmean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f}-{max(values):.3f})"


def line(label: str, rows: list[list[float]]) -> str:
    """A row of the table, from one row of figures a model."""
    return f"  {label:<26}" + "".join(f"{cell(list(values)):>{WIDTH}}" for values in zip(*rows))


class Ranking:
    """Reports of one way to rank: of each model those of all spectra, whole or in halves."""

    def __init__(self, name: str, models: list[list[dict]]):
        self.name, self.models = name, models

    def over_spectra(self, part) -> list[list[float]]:
        return [joined([part(report) for report in reports], [report["queries"] for report in reports])
                for reports in self.models]

    def over_molecules(self) -> list[list[float]]:
        return [joined([report["macro"] for report in reports], [report["macro"]["molecules"] for report in reports])
                for reports in self.models]

    def lines(self) -> list[str]:
        lines = [line(self.name, self.over_spectra(lambda report: report)),
                 line("  over molecules", self.over_molecules())]
        for control in CONTROLS:
            if all(control in report["controls"] for reports in self.models for report in reports):
                lines.append(line("  " + control.replace("_", " "),
                                  self.over_spectra(lambda report: report["controls"][control])))
        return lines


def read(folder: Path, names: list[str]) -> list[dict] | None:
    """The reports of these names; None where one is missing."""
    paths = [folder / f"report-{name}" / "report.json" for name in names]
    return [json.loads(path.read_text()) for path in paths] if all(path.is_file() for path in paths) else None


def rankings(folder: Path, pools: str, models: list[str]) -> list[Ranking]:
    morgan = [name for name in models if name != "model-roberta"]
    wanted = [("cosine", [[f"{model}-{pools}"] for model in morgan]),
              ("cosine of three members", [[f"ensemble-{pools}"]]),
              ("cosine, RoBERTa", [[f"{model}-{pools}"] for model in models if model not in morgan]),
              ("fragments", [[f"fragments-{pools}"]]),
              ("fused, halves apart", [[f"fused-a-{pools}", f"fused-b-{pools}"]]),
              ("fused", [[f"fused-{pools}"]])]
    found = []
    for name, sets in wanted:
        reports = [read(folder, names) for names in sets]
        if reports and None not in reports:
            found.append(Ranking(name, reports))
    return found


def distance_line(reports: list[dict]) -> list[str]:
    """MCES@1 of the models that were measured by it."""
    distances = [report["mces_at_1"] for report in reports if report.get("mces_at_1")]
    if not distances:
        return []
    means = {name: [one[name] for one in distances] for name in ("mean", "mean_on_misses")}
    text = {name: f"{statistics.fmean(values):.2f}"
            + (f" ({min(values):.2f}-{max(values):.2f})" if len(values) > 1 else "") for name, values in means.items()}
    return [f"  MCES@1 of the cosine (myopic, threshold 15): {text['mean']}, on misses {text['mean_on_misses']}; "
            f"searches given up: {sum(one['capped'] for one in distances)}"]


def fused_reports(folder: Path, pools: str) -> dict[str, dict]:
    """Reports of the fused ranking by what they are of: each half, or the spectra that no weight was fitted to."""
    names = {"half a": f"fused-a-{pools}", "half b": f"fused-b-{pools}", "fused": f"fused-{pools}"}
    return {what: found[0] for what, name in names.items() if (found := read(folder, [name]))}


def chance_of_at_most(wrong: int, answers: int, share: float) -> float:
    return sum(math.comb(answers, k) * share ** k * (1 - share) ** (answers - k) for k in range(wrong + 1))


def solved(is_below, steps: int = 60) -> float:
    """Where a condition on [0, 1] that holds up to some place ends."""
    low, high = 0.0, 1.0
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return low


def interval_95(wrong: int, answers: int) -> list[float]:
    """Of a share, exact (Clopper and Pearson, 1934)."""
    low = solved(lambda share: 1 - chance_of_at_most(wrong - 1, answers, share) < 0.025) if wrong > 0 else 0.0
    high = solved(lambda share: chance_of_at_most(wrong, answers, share) > 0.025) if wrong < answers else 1.0
    return [low, high]


def expected_error(bins: list[dict]) -> float:
    """Mean distance of stated probability and share of right answers, each bin as often as it has answers."""
    return weighted_mean([abs(one["stated"] - one["right"]) for one in bins], [one["answers"] for one in bins])


def bins_together(halves: list[list[dict]]) -> list[dict]:
    """Reliability of several reports as if their answers were in one; bins without any are left out."""
    bins = []
    for parts in zip(*halves):
        filled = [part for part in parts if part["answers"]]
        answers = [part["answers"] for part in filled]
        if filled:
            bins.append({"answers": sum(answers), **{name: weighted_mean([part[name] for part in filled], answers)
                                                     for name in ("stated", "right")}})
    return bins


def certainty_together(certainties: list[dict]) -> dict:
    """Of reports whose answers nothing was fitted to: bins and accepted answers together, areas as their mean."""
    absent = [one["some_absent"] for one in certainties]
    answers = [one["answers"] for one in absent]
    accepted = {name: sum(one["accepted"][name] for one in absent) for name in ("wrong", "answers")}
    return {"some_absent": {"absent": absent[0]["absent"],
                            "expected_error": expected_error(bins_together([one["reliability"] for one in absent])),
                            **{name: weighted_mean([one[name] for one in absent], answers)
                               for name in ("aurc", "aurc_by_margin")},
                            "accepted": {**accepted, "max_q": absent[0]["accepted"]["max_q"],
                                         "wrong_share_95": interval_95(accepted["wrong"], accepted["answers"])}},
            **{name: weighted_mean([one[name] for one in certainties], answers)
               for name in ("auroc_absent", "auroc_absent_by_margin")}}


def certainty_line(name: str, certainty: dict) -> str:
    absent = certainty["some_absent"]
    accepted = absent["accepted"]
    low, high = accepted["wrong_share_95"]
    return (f"  {name}, {absent['absent']:.0%} of truths absent: expected error {absent['expected_error']:.3f}; AURC "
            f"{absent['aurc']:.3f} (margin {absent['aurc_by_margin']:.3f}); AUROC of absent "
            f"{certainty['auroc_absent']:.3f} (margin {certainty['auroc_absent_by_margin']:.3f}); q <= "
            f"{accepted['max_q']}: {accepted['wrong']} of {accepted['answers']} wrong [{low:.3f}, {high:.3f}]")


def certainty_lines(reports: dict[str, dict]) -> list[str]:
    """How far the probabilities of the fused ranking can be trusted."""
    known = {name: report["certainty"] for name, report in reports.items() if report.get("certainty")}
    if len(known) > 1:
        known["both halves"] = certainty_together(list(known.values()))
    return [certainty_line(name, certainty) for name, certainty in known.items()]


def main(folder: Path) -> None:
    models = sorted(path.name for path in folder.glob("model-*") if path.is_dir())
    if not models:
        sys.exit(f"{folder}: holds no model-*; massbank_benchmark.sh and shipped_model.sh make them (--out)")
    print("Over spectra where nothing else is said; of several models mean (smallest-largest).")
    for pools in POOLS:
        found = rankings(folder, pools, models)
        if not found:
            continue
        first = found[0].models[0]
        print(f"\npools '{pools}': {sum(report['queries'] for report in first)} spectra, mean size "
              f"{first[0]['pools']['mean']:.1f}")
        print(" " * 28 + "".join(f"{name:>{WIDTH}}" for name in COLUMNS))
        print(line("random order", found[0].over_spectra(lambda report: report["random"])[:1]))
        for ranking in found:
            print("\n".join(ranking.lines()))
        print("\n".join([*distance_line([reports[0] for reports in found[0].models]),
                         *certainty_lines(fused_reports(folder, pools))]))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: benchmark_table.py DIR")
    main(Path(sys.argv[1]))
