"""What replicate_search.py prints."""

from __future__ import annotations

from collections.abc import Sequence


def shown(value: Sequence[float] | None) -> str:
    return "" if value is None else f"{value[0]:.3f} ({value[1]:.3f} to {value[2]:.3f})"


def print_search(title: str, part: dict) -> None:
    print(f"\n{title}: {part['queries']:,} queries of {part['molecules']:,} molecules, {part['references']:,} "
          f"references, {part['candidates']:.1f} candidates a query; {part['contested']:,} queries with right and "
          "wrong ones\n")
    print("| score | top-1, all | top-1, right and wrong candidates | AUC | MCES: mean | up to 4 "
          "| other peaks, all | other peaks, right and wrong |")
    print("|---|---|---|---|---|---|---|---|")
    for row in part["scores"]:
        top, others, mces = row["top1"], row.get("swapped"), row.get("mces")
        controls = (f"{mces['mean']:.2f} | {mces['up_to_4']:.3f} | {shown(others['all'])} | "
                    f"{shown(others['contested'])}" if mces else "| | |")
        print(f"| {row['score']} | {shown(top['all'])} | {shown(top['contested'])} | {row['auc']:.3f} | {controls} |")
    for name, key in (("precursor m/z alone", "precursor"), ("any candidate", "random"), ("ceiling", "ceiling")):
        print(f"| {name} | {shown(part[key]['all'])} | {shown(part[key]['contested'])} | | | | | |")


    print_top1(part["top1"])


def print_top1(tables: dict) -> None:
    print("\n| top-1 | " + " | ".join(f"{name}: {table['queries']:,} of {table['molecules']:,} molecules"
                                       for name, table in tables.items()) + " |")
    print("|---" * (1 + len(tables)) + "|")
    first = next(iter(tables.values()))
    rows = [(name, [table["scores"][name] for table in tables.values()]) for name in first["scores"]]
    rows.append(("any candidate", [table["random"] for table in tables.values()]))
    rows += [(name, [table["gains"][name] for table in tables.values()]) for name in first["gains"]]
    for name, values in rows:
        print(f"| {name} | " + " | ".join(map(shown, values)) + " |")


def print_isomers(part: dict) -> None:
    print(f"\nIsomers: {part['groups']} groups, 1/n {part['chance']:.3f}; {part['shared_groups']} that share peaks, "
          f"1/n {part['shared_chance']:.3f}\n")
    print("| score | as recorded | intensities at shared m/z | permuted |\n|---|---|---|---|")
    for score, accuracy in part["as_recorded"].items():
        print(f"| {score} | {shown(accuracy)} | {shown(part['shared'][score])} | {shown(part['permuted'][score])} |")


def print_dilution(steps: Sequence[dict]) -> None:
    print(f"\nDilution: {steps[0]['queries']:,} queries with right and wrong candidates\n")
    print("| score | ions | peaks | top-1 | true hits at best F1 | precision | threshold | F1 | spurious |")
    print("|---|---|---|---|---|---|---|---|---|")
    for step in sorted(steps, key=lambda step: (step["score"], -step["factor"])):
        print(f"| {step['score']} | 1/{1 / step['factor']:.0f} | {step['peaks']:.1f} | {shown(step['top1'])} | "
              f"{step['true_hits']:,} | {step['precision']:.3f} | {step['threshold']:.3f} | {step['f1']:.3f} | "
              f"{step['spurious']:.3f} |")
