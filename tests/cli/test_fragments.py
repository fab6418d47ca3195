"""The fragment score: train --decoys fits it, search and eval rank by it."""

import json
import re
import shutil

import pytest

from cli_support import (DATA, answered, by_query, field, read_bytes, read_json, read_records, read_table,
                         search_fitted, specbridge, succeed, write_json, write_records)


def test_the_manifest_says_what_it_was_fitted_to(fitted):
    said = fitted.said["fragments"]
    assert read_json(fitted.model / "manifest.json")["fragments"] == said
    assert said["molecules"] == 43 and said["spectra"] <= 4 * 43
    assert 0 < said["listed_decoys"] and 0 < said["made_decoys"]
    assert said["listed_decoys"] + said["made_decoys"] <= 16 * 43
    assert 0 < said["mrr_before"] <= said["mrr"] <= 1


def test_training_gives_the_same_score_again_on_any_number_of_threads(fitted):
    again = fitted.folder / "again"
    succeed(*fitted.train, "--threads", 2, "-o", again)
    assert (again / "fragments.safetensors").read_bytes() == (fitted.model / "fragments.safetensors").read_bytes()


def test_another_seed_gives_another_score(fitted):
    other = fitted.folder / "other"
    succeed(*fitted.train, "--seed", 2, "-o", other)
    assert (other / "fragments.safetensors").read_bytes() != (fitted.model / "fragments.safetensors").read_bytes()


def test_hits_show_both_kinds_of_evidence_and_are_ranked_by_the_cosine(fitted, tmp_path):
    hits = search_fitted(fitted, tmp_path)
    rows = answered(hits)
    assert rows and all(row["score"] == row["evidence.cosine"] for row in rows)
    assert all(row["evidence.fragments"] for row in rows)
    record = read_json(f"{hits}.run.json")
    assert record["ranked_by"] == "cosine" and record["rescore"] == 1000


def test_hits_are_ranked_by_fragments_when_asked(fitted, tmp_path):
    hits = search_fitted(fitted, tmp_path, "--rank-by", "fragments", "-k", 0)
    assert read_json(f"{hits}.run.json")["ranked_by"] == "fragments"
    for rows in by_query(answered(hits)).values():
        scores = [float(row["score"]) for row in rows]
        assert scores == sorted(scores, reverse=True)
        assert [row["evidence.fragments"] for row in rows] == [row["score"] for row in rows]
    cosine = by_query(answered(search_fitted(fitted, tmp_path, "-k", 0)))
    fragments = by_query(answered(hits))
    assert any([r["smiles"] for r in cosine[q]] != [r["smiles"] for r in fragments[q]] for q in cosine)


def test_hits_do_not_depend_on_threads_or_batch(fitted, tmp_path):
    options = ("--rank-by", "fragments")
    one = search_fitted(fitted, tmp_path, *options, "--threads", 1).read_bytes()
    assert search_fitted(fitted, tmp_path, *options, "--threads", 2, "--batch", 1).read_bytes() == one


def test_only_the_best_by_cosine_are_looked_at(fitted, tmp_path):
    few = by_query(answered(search_fitted(fitted, tmp_path, "-k", 0, "--rescore", 2, "--tolerance", "0.5Da")))
    assert any(len(rows) > 2 for rows in few.values())
    for rows in few.values():
        looked_at = [row["evidence.fragments"] != "" for row in rows]
        assert looked_at == [True] * min(2, len(rows)) + [False] * (len(rows) - 2)


def test_ions_that_cannot_be_taken_apart_have_no_fragment_evidence(fitted, tmp_path):
    record = next(r for r in read_records(DATA / "query.mgf") if "ADDUCT=[M+H]+" in r)
    spectra = write_records(tmp_path / "dimer.mgf", [record.replace("ADDUCT=[M+H]+", "ADDUCT=[2M+H]+")])
    rows = answered(search_fitted(fitted, tmp_path, "--open", spectra=spectra))
    assert rows and all(row["evidence.fragments"] == "" and row["evidence.cosine"] != "" for row in rows)
    assert all(row["explained_peaks"] == "" and row["explained_intensity"] == "" for row in rows)
    assert all("no fragment evidence: [2M+H]+: ions of several molecules are not taken apart" in row["message"]
               for row in rows)


def test_a_model_without_the_score_cannot_rank_by_it(made, tmp_path):
    result = specbridge("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library",
                        made.library["morgan"], "--rank-by", "fragments", "-o", tmp_path / "hits.tsv")
    assert result.code == 2
    assert result.err == (f"specbridge: --rank-by fragments: {made.model['morgan']} has no fragment score; "
                          "train it with --decoys LIST\n")


def test_an_unknown_ranking_is_refused(fitted, tmp_path):
    result = specbridge("search", DATA / "query.mgf", "--model", fitted.model, "--library", fitted.library,
                        "--rank-by", "luck", "-o", tmp_path / "hits.tsv")
    assert result.code == 2
    assert "--rank-by" in result.err and "luck" in result.err


def test_a_damaged_score_is_found(fitted, tmp_path):
    model = shutil.copytree(fitted.model, tmp_path / "model")
    damaged = bytearray((model / "fragments.safetensors").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (model / "fragments.safetensors").write_bytes(damaged)
    result = specbridge("search", DATA / "query.mgf", "--model", model, "--library", fitted.library, "-o",
                        tmp_path / "hits.tsv")
    assert result.code == 4 and "fragments.safetensors" in result.err


def test_an_evaluation_ranks_by_fragments_and_shows_swapped_spectra(fitted, made, tmp_path):
    def mrr(*options):
        out = tmp_path / f"report-{len(list(tmp_path.iterdir()))}"
        succeed("eval", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "--mces",
                "none", "-o", out, *options)
        report = read_json(out / "report.json")
        return report["mrr"], {name: control["mrr"] for name, control in report["controls"].items()}

    fragments, controls = mrr("--rank-by", "fragments", "--control", "none,swapped,zeroed")
    assert fragments > mrr()[0]
    assert fragments > controls["swapped"] and fragments > controls["zeroed"]


def test_the_isomer_control_shows_two_isomers_the_spectrum_of_the_other(fitted, tmp_path):
    groups = {}
    for record in read_records(DATA / "val.mgf.gz"):
        key = tuple(field(record, name) for name in ("FORMULA", "ADDUCT", "COLLISION_ENERGY"))
        groups.setdefault(key, {}).setdefault(field(record, "SMILES"), record)
    first, second = next(list(group.values())[:2] for group in groups.values() if len(group) > 1)
    second = second.replace(f"PRECURSOR_MZ={field(second, 'PRECURSOR_MZ')}",
                            f"PRECURSOR_MZ={field(first, 'PRECURSOR_MZ')}")
    peaks = [re.findall(r"^\d.*\n", record, re.MULTILINE) for record in (first, second)]
    exchanged = [record.replace("".join(mine), "".join(other))
                 for record, mine, other in ((first, *peaks), (second, *reversed(peaks)))]
    pools = json.loads(read_bytes(DATA / "val_candidates.json.gz"))
    pools = write_json(tmp_path / "pools.json", {field(record, "SMILES"): pools[field(record, "SMILES")]
                                                 for record in (first, second)})

    def ranks(records, control):
        out = tmp_path / f"report-{len(list(tmp_path.iterdir()))}"
        spectra = write_records(tmp_path / f"{out.name}.mgf", records)
        succeed("eval", "--model", fitted.model, "--rank-by", "fragments", "--spectra", spectra, "--candidates", pools,
                "--mces", "none", "--control", control, "-o", out)
        return [(row["rank"], row["score"], row["best_smiles"]) for row in read_table(out / "ranks.tsv")]

    assert peaks[0] != peaks[1]
    assert ranks([first, second], "isomer") == ranks(exchanged, "none") != ranks([first, second], "none")


def test_the_isomer_control_never_shows_the_molecule_itself(fitted, tmp_path):
    """Of four spectra of one molecule and one of its isomer, all four see the isomer's, whatever the seed."""
    groups = {}
    for record in read_records(DATA / "val.mgf.gz"):
        groups.setdefault((field(record, "FORMULA"), field(record, "ADDUCT")[-1]), {}).setdefault(
            field(record, "SMILES"), []).append(record)
    several, other = next((group[0], group[1]) for group in
                          (sorted(found.values(), key=len, reverse=True) for found in groups.values())
                          if len(group) > 1 and len(group[0]) >= 2)
    first = several[0]
    names = [re.sub(r"^SPECTRUM_ID=.*$", f"SPECTRUM_ID=A{i}", first, flags=re.MULTILINE) for i in range(4)]
    shown = first.replace("".join(re.findall(r"^\d.*\n", first, re.MULTILINE)),
                          "".join(re.findall(r"^\d.*\n", other[0], re.MULTILINE)))
    pools = json.loads(read_bytes(DATA / "val_candidates.json.gz"))
    pools = write_json(tmp_path / "pools.json", {field(record, "SMILES"): pools[field(record, "SMILES")]
                                                 for record in (first, other[0])})

    def scores(records, *options):
        out = tmp_path / f"report-{len(list(tmp_path.iterdir()))}"
        spectra = write_records(tmp_path / f"{out.name}.mgf", records)
        succeed("eval", "--model", fitted.model, "--rank-by", "fragments", "--spectra", spectra, "--candidates", pools,
                "--mces", "none", "-o", out, *options)
        return [row["score"] for row in read_table(out / "ranks.tsv")]

    expected = scores([shown])
    for seed in (1, 2, 3):
        assert scores([*names, other[0]], "--control", "isomer", "--seed", seed)[:4] == expected * 4


def test_a_model_has_the_evidence_that_is_asked_for(train_with, tmp_path):
    fits = {("--evidence", "cosine"): None, (): None, ("--evidence", "cosine,fragments"): 0}
    for options, listed in fits.items():
        model = tmp_path / f"model-{len(options)}-{listed}"
        said = json.loads(succeed(*train_with(*options, "--json", "-o", model)).out)
        fit = said.get("fragments")
        assert (fit and fit["listed_decoys"]) == listed
        assert (model / "fragments.safetensors").exists() == (listed is not None)
    assert fit["made_decoys"] > 0


@pytest.mark.parametrize("options, message", [
    (("--evidence", "cosine,peaks"), '--evidence: found "peaks", expected cosine or fragments'),
    (("--evidence", "fragments"), "--evidence: every model has the cosine; name it, too: cosine,fragments"),
    (("--evidence", "cosine", "--decoys", DATA / "library.smi.gz"),
     'train: --decoys are for the fragment score and for a "decoy_weight" above 0; name it with --evidence '
     "cosine,fragments, or leave them out")])
def test_evidence_that_cannot_be_meant(refused, train_with, options, message):
    refused(2, message, *train_with(*options))
