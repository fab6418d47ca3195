#include "fuzz/file_seeds.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "specbridge/train_settings.h"
#include "store/block_file.h"
#include "store/file.h"
#include "store/safetensors.h"
#include "support/sealed_manifest.h"
#include "support/support.h"

namespace specbridge::fuzz {
namespace {

using Texts = std::vector<std::string>;

const Texts& adducts() {
  static const Texts kTexts = {"[M+H]+",
                               "[2M+FA-H]-",
                               "M+2H2+",
                               "[M+CH3COO]-/[M-CH3]-",
                               "[M+H-(C12H20O9)]+",
                               "[M-3]+,[M-H2O+H]+",
                               "[M+Na+]+",
                               "M+H[1+]",
                               "[M]+*",
                               "[3M+Ca-H]1+",
                               "[M-(H2O+CO)2+H]+",
                               "[M-H+2(37Cl)]-",
                               "[2M+(FA)]-",
                               "[(M+NH3)+H]+",
                               "[M+1.5H]+"};
  return kTexts;
}

const Texts& structures() {
  static const Texts kTexts = {"CC(=O)Oc1ccccc1C(=O)O",
                               "C[N+](C)(C)CC(=O)[O-]",
                               "O=C(O[Na])c1ccccc1",
                               "C[S+]([O-])c1ccc(N)cc1",
                               "CC(=O)O.[Na+].[OH-]",
                               "N[C@@H](C)C(=O)O",
                               "F/C=C\\F",
                               "[2H]C([2H])([2H])[13CH3]",
                               "c1ccc2c(c1)[nH]c1ccccc12",
                               "[Fe+2].c1cc[cH-]c1",
                               "C1CC=CC1 |c:2|",
                               "*c1ccccc1",
                               "OP(=O)(O)OC%10CC%10",
                               "O=[N+]([O-])c1ccc(N=[N+]=[N-])cc1",
                               "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3",
                               "InChI=1S/C6H8ClN7O/c7-2-4(9)13-3(8)1(12-2)5(15)14-6(10)11/"
                               "h(H4,8,9,13)(H4,10,11,14,15)/p+1"};
  return kTexts;
}

const Texts& molecule_tables() {
  static const Texts kTexts = {
      "1\tCCO\n2\tc1ccccc1\n", "CCO ethanol\nc1ccccc1 benzene\n",
      "id,name,smiles\n2,\"N,N-dimethyl\",CN(C)C\n3,x,CCO,,\n4,a,b,c\n",
      "Name;InChI\nethanol;InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3\n",
      "smiles\tChEBI ID\nCCO\tCHEBI:16236\n\tCHEBI:1\n", "C1CC=CC1 |c:2| cyclopentene\n",
      // "CCO ethanol" and a line end, compressed
      std::string(
          "\x1f\x8b\x08\0\0\0\0\0\2\3sv\xf6WH-\xc9H\xcc\xcb\xcf\xe1\2\0\xbaJ\xf4\xef\x0c\0\0\0",
          32)};
  return kTexts;
}

const Texts& pools() {
  static const Texts kTexts = {R"({"CCO": ["CCO", "COC"], "OCC": ["CCO"], "C\u0041": []})",
                               "query_index\tsmiles\n0\tCCO\n0\tCOC\n1\tCCN\n",
                               "query_id,smiles,note\nA,CCO,\"x,\"\"y\"\"\"\nB,N/A,\n",
                               "truth_smiles;inchi\nCCO;InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3\n",
                               "mappingFeatureId,smiles\n7,CCO\n8,CCC\n"};
  return kTexts;
}

const Texts& hits() {
  static const Texts kTexts = {
      "query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\texact_mass\t"
      "mass_error_ppm\tadduct\tprecursor_mz\tcandidates\tstatus\tmessage\n"
      "A\t0\t1\t0.5\t702\tCCO\tLFQSCWFLJHTTHZ\tC2H6O\t46.04186\t-1.5\t[M+H]+\t47.04914\t3\tok\t\n"
      "B\t1\t\t\t\t\t\t\t\t\t[M+H]+\t50.1\t0\tempty_window\tnone within 10 ppm\n",
      "structurePerIdRank\tCSI:FingerIDScore\tmappingFeatureId\tInChIkey2D\tsmiles\n"
      "1\t-12,5\t3\tLFQSCWFLJHTTHZ\tCCO\n",
      "Query_ID;Score;InChIKey\nq;0.25;LFQSCWFLJHTTHZ-UHFFFAOYSA-N\nq;nan;\n",
      "smiles,score\nCCO,1e3\n\"C\nC\",2\n",
      R"({"query_id": "A", "query_index": 0, "candidates": 2, "status": "ok", "spectra": [0, 1],
)"
      R"("answers": [{"rank": 1, "score": 0.5, "smiles": "CCO", "adduct": "[M+H]+"}]}
)",
      R"({"query_id": "A", "query_index": 0, "status": "ok", "spectra": [0, 1], "answers": [)"
      R"({"rank": 1, "score": 0.5, "smiles": "CCO"}, {"rank": 2, "score": -1e-05}]}
{"query_id": "B", "query_index": 1, "status": "no_pool", "answers": []}
)"};
  return kTexts;
}

const Texts& pairs() {
  static const Texts kTexts = {"CCO\tCCN\nCCC\tCC\n",
                               "smiles1,smiles2,note\nCCO,CCN,\"a,b\"\n,CC,\n",
                               "first_smiles;x;SMILES_b\nCCO;1;CCN\n", "CCO;CCN\nCCO,CCC\nCCO\n"};
  return kTexts;
}

const Texts& tokenizers() {
  static const Texts kTexts = {
      R"({"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
"added_tokens": [{"id": 9, "content": "<mask>", "single_word": false, "lstrip": true,
"rstrip": false, "normalized": false, "special": true}],
"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\[[^\\]]+]|Cl?|."},
"behavior": "Isolated", "invert": false},
"post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1],
"trim_offsets": true, "add_prefix_space": false},
"model": {"type": "WordLevel", "unk_token": "<unk>",
"vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "C": 3, "Cl": 4, "O": 5, "[nH]": 6}}})",
      R"({"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "use_regex": true},
"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a",
"type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"a": {"id": "a",
"ids": [0], "tokens": ["a"]}}}, "normalizer": null, "added_tokens": [],
"model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
"end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
"vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5, "<unk>": 6},
"merges": ["b c", ["a", "b"], "a bc"]}})",
      std::string(R"json({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split",
"pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|)json"
                  R"json( ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},
"behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "add_prefix_space": false,
"trim_offsets": true, "use_regex": false}]}, "post_processor": null, "normalizer": null,
"added_tokens": [{"id": 3, "content": "<|end_of_text|>", "special": true, "normalized": false}],
"model": {"type": "BPE", "ignore_merges": true, "vocab": {"1": 0, "2": 1, "12": 2},
"merges": ["1 2"]}})json") +
          '\0' + "base_peak@93,max_peak@1066 it'S \r\n <|end_of_text|>\xd9\xa1"};
  return kTexts;
}

/// A manifest with all keys that the readers of manifests look for, and one file of ten bytes.
std::string manifest(const char* artifact) {
  return test::sealed(
      {{"artifact", artifact},
       {"format_version", 1},
       {"standard_form", 2},
       {"architecture", "peaks"},
       {"dim", 2},
       {"blocks", 1},
       {"input",
        {{"peaks", 60}, {"precursor_token", true}, {"min_intensity", 0.01}, {"max_mz", 1000}}},
       {"golden", Json::array({Json::array({0.5, -0.5})})},
       {"fingerprint", sha256("")},
       {"training", {{"spectra", 3}, {"molecules", 2}, {"description", "x"}, {"simulated", false}}},
       {"files", {{"rows", {{"size", 10}, {"sha256", sha256("0123456789")}, {"root", "00"}}}}}});
}

Texts manifests() {
  Texts texts;
  for (const char* artifact : {"spectrum-encoder", "molecule-encoder", "model", "library"}) {
    texts.push_back(manifest(artifact));
  }
  return texts;
}

Texts configurations() {
  const TrainSettings defaults;
  return {to_json(defaults), R"({"batch": 64, "trainable_blocks": "all", "epochs": 0.5})",
          R"({"description": "x", "learning_rate": 1e-5, "schedule": "constant"})"};
}

/// The bytes of a file that `write` makes.
template <typename Write>
std::string written(const test::TemporaryFolder& folder, Write&& write) {
  write(folder / "file");
  return read_file(folder / "file");
}

Texts tensor_files(const test::TemporaryFolder& folder) {
  const NamedTensor matrix{"head.weight", {2, 3}, {1, 2, 3, 4, 5, 6}}, scalar{"b", {}, {0.5}},
      empty{"e", {0, 4}, {}};
  return {written(folder, [&](const auto& path) { write_safetensors(path, {matrix}); }),
          written(folder,
                  [&](const auto& path) {
                    write_safetensors(path, {matrix, scalar, empty});
                  }),
          written(folder, [&](const auto& path) { write_safetensors(path, {}); })};
}

Texts block_files(const test::TemporaryFolder& folder) {
  Texts texts;
  for (const std::string& payload : {std::string(), std::string("abc"), std::string(300, 'x')}) {
    texts.push_back(written(folder, [&](const auto& path) {
      BlockWriter writer(path);
      writer.write(payload);
      writer.finish();
    }));
  }
  return texts;
}

}  // namespace

std::size_t write_file_seeds(const std::filesystem::path& folder) {
  const test::TemporaryFolder scratch;
  const std::map<std::string, Texts> seeds = {
      {"adduct", adducts()},
      {"smiles", structures()},
      {"molecule-table", molecule_tables()},
      {"sdf", {read_file(test::fixtures() / "chem" / "records.sdf").substr(0, 4000)}},
      {"pools", pools()},
      {"hits", hits()},
      {"pairs", pairs()},
      {"tokenizer", tokenizers()},
      {"manifest", manifests()},
      {"config", configurations()},
      {"safetensors", tensor_files(scratch)},
      {"block-file", block_files(scratch)}};
  std::size_t count = 0;
  for (const auto& [target, texts] : seeds) {
    std::filesystem::create_directories(folder / target);
    for (const std::string& text : texts) {
      const std::string name = fmt::format("{:03}", ++count);
      std::ofstream(folder / target / name, std::ios::binary) << text;
    }
  }
  return count;
}

}  // namespace specbridge::fuzz
