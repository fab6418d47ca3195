#include "tokenize/tokenizer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using Ids = std::vector<std::int64_t>;

/// A word-level tokenizer with <s> and </s> around.
Json word_level() {
  return Json::parse(R"({
    "version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null,
    "added_tokens": [{"id": 9, "content": "<mask>", "single_word": false, "lstrip": true,
                      "rstrip": false, "normalized": false, "special": true}],
    "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\[[^\\]]+]|Cl?|."},
                      "behavior": "Isolated", "invert": false},
    "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1],
                       "trim_offsets": true, "add_prefix_space": false},
    "model": {"type": "WordLevel", "unk_token": "<unk>",
              "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "C": 3, "Cl": 4, "O": 5, "[nH]": 6}}})");
}

/// Byte-pair encoding of "ab" and "abc" over single characters.
Json byte_pairs() {
  return Json::parse(R"({
    "pre_tokenizer": null, "post_processor": null, "normalizer": null, "added_tokens": [],
    "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
              "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false,
              "ignore_merges": false,
              "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5, "<unk>": 6},
              "merges": ["b c", ["a", "b"], "a bc"]}})");
}

/// Llama 3's form: its pattern, bytes as characters, BOS in front; "peak", "@" and three digits.
Json llama() {
  return Json::parse(R"json({
    "normalizer": null,
    "added_tokens": [
      {"id": 90, "content": "<|begin_of_text|>", "special": true, "normalized": false},
      {"id": 91, "content": "<|end_of_text|>", "special": true, "normalized": false}],
    "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
      {"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex":
       "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|)json"
                     R"json( ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
      {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]},
    "post_processor": {"type": "Sequence", "processors": [
      {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
      {"type": "TemplateProcessing", "pair": [],
       "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}],
       "special_tokens": {"<|begin_of_text|>": {"id": "<|begin_of_text|>", "ids": [90],
                                                "tokens": ["<|begin_of_text|>"]}}}]},
    "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
              "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
              "ignore_merges": true,
              "vocab": {"1": 1, "2": 2, "3": 3, "4": 4, "12": 12, "34": 34, "123": 123, "a": 5,
                        "\u0120": 6, "\u0120a": 7, "\u00c3": 8, "\u00a9": 9, "@": 10, "12a": 11},
              "merges": ["1 2", "3 4", "12 3", "\u0120 a"]}})json");
}

Tokenizer load(const Json& json) {
  const test::TemporaryFolder folder;
  return Tokenizer::load(folder.write("tokenizer.json", json.dump()));
}

/// What loading says, without the folder.
std::string refusal(const Json& json) {
  const std::string message = test::message_of([&] { load(json); });
  const auto at = message.find("tokenizer.json: ");
  return at == std::string::npos ? message : message.substr(at);
}

Json with(Json json, const std::string& pointer, Json value) {
  json[Json::json_pointer(pointer)] = std::move(value);
  return json;
}

TEST(Tokenizer, CutsByItsPatternAndPutsSpecialTokensAround) {
  EXPECT_EQ(load(word_level()).encode("ClC[nH]O", 0), (Ids{1, 4, 3, 6, 5, 2}));
}

TEST(Tokenizer, GivesTheUnknownTokenForWhatItDoesNotKnow) {
  EXPECT_EQ(load(word_level()).encode("CX[Zn]", 0), (Ids{1, 3, 0, 0, 2}));
}

TEST(Tokenizer, KeepsTheSpecialTokensWhenItCuts) {
  const Tokenizer tokenizer = load(word_level());
  EXPECT_EQ(tokenizer.encode("CCCC", 4), (Ids{1, 3, 3, 2}));
  EXPECT_EQ(tokenizer.encode("CC", 4), (Ids{1, 3, 3, 2}));
  EXPECT_EQ(tokenizer.encode("CC", 1), (Ids{1, 2}));
}

TEST(Tokenizer, GivesOnlySpecialTokensForAnEmptyText) {
  EXPECT_EQ(load(word_level()).encode("", 0), (Ids{1, 2}));
}

TEST(Tokenizer, FindsAddedTokensFirstAndTheBlanksTheySwallow) {
  EXPECT_EQ(load(word_level()).encode("C  <mask>C", 0), (Ids{1, 3, 9, 3, 2}));
}

TEST(Tokenizer, MergesTheEarliestPairFirst) {
  const Tokenizer tokenizer = load(byte_pairs());
  EXPECT_EQ(tokenizer.encode("abc", 0), (Ids{5}));
  EXPECT_EQ(tokenizer.encode("abab", 0), (Ids{3, 3}));
  EXPECT_EQ(tokenizer.encode("bca", 0), (Ids{4, 0}));
}

TEST(Tokenizer, DropsUnknownCharactersWhereThereIsNoTokenForThem) {
  EXPECT_EQ(load(byte_pairs()).encode("aXbYYc", 0), (Ids{5}));
}

TEST(Tokenizer, FusesUnknownCharactersOnlyWhenTheFileSaysSo) {
  const Json unknown = with(byte_pairs(), "/model/unk_token", "<unk>");
  EXPECT_EQ(load(unknown).encode("aXYb", 0), (Ids{0, 6, 6, 1}));
  EXPECT_EQ(load(with(unknown, "/model/fuse_unk", true)).encode("aXYb", 0), (Ids{0, 6, 1}));
}

TEST(Tokenizer, TakesWholeWordsFirstWhenItIgnoresMerges) {
  Json json = with(byte_pairs(), "/model/merges", Json::array());
  EXPECT_EQ(load(json).encode("abc", 0), (Ids{0, 1, 2}));
  json["model"]["ignore_merges"] = true;
  EXPECT_EQ(load(json).encode("abc", 0), (Ids{5}));
}

TEST(Tokenizer, GroupsDigitsByThreeAndSpellsBytesForLlama3) {
  const Tokenizer tokenizer = load(llama());
  EXPECT_EQ(tokenizer.encode("@123", 0), (Ids{90, 10, 123}));
  EXPECT_EQ(tokenizer.encode("1234", 0), (Ids{90, 123, 4}));
  EXPECT_EQ(tokenizer.encode("12a", 0), (Ids{90, 12, 5}));
  EXPECT_EQ(tokenizer.encode("a a  a", 0), (Ids{90, 5, 7, 6, 7}));
  EXPECT_EQ(tokenizer.encode("\u00e9", 0), (Ids{90, 8, 9}));
  EXPECT_EQ(tokenizer.encode("a<|end_of_text|>12", 0), (Ids{90, 5, 91, 12}));
  EXPECT_EQ(tokenizer.encode("", 0), (Ids{90}));
}

TEST(Tokenizer, RefusesPatternsOfUnicodeClassesThatItDoesNotKnow) {
  EXPECT_EQ(
      refusal(with(llama(), "/pre_tokenizer/pretokenizers/0/pattern/Regex", "\\p{L}+|.")),
      "tokenizer.json: pre_tokenizer: pretokenizers: its pattern \"\\p{L}+|.\" has classes of "
      "Unicode, of which this program knows the patterns of GPT-2 and Llama 3 alone");
}

TEST(Tokenizer, SurvivesLongTexts) {
  const std::string chain = "[" + std::string(200'000, 'C');
  EXPECT_EQ(load(word_level()).encode(chain, 512).size(), 512U);
  EXPECT_EQ(load(byte_pairs()).encode(std::string(100'000, 'a'), 0).size(), 100'000U);
}

TEST(Tokenizer, TakesBytesThatAreNoUtf8AsUnknown) {
  EXPECT_EQ(load(word_level()).encode("C\xff\xc3", 0), (Ids{1, 3, 0, 0, 2}));
}

TEST(Tokenizer, RefusesPartsItDoesNotKnow) {
  EXPECT_EQ(refusal(with(word_level(), "/model/type", "Unigram")),
            "tokenizer.json: model: type is \"Unigram\", this program knows BPE and WordLevel");
  EXPECT_EQ(refusal(with(word_level(), "/normalizer", {{"type", "Lowercase"}})),
            "tokenizer.json: normalizer: type is \"Lowercase\", this program knows none");
  EXPECT_EQ(
      refusal(with(word_level(), "/pre_tokenizer", {{"type", "Whitespace"}})),
      "tokenizer.json: pre_tokenizer: type is \"Whitespace\", this program knows ByteLevel, Split "
      "and Sequence");
  EXPECT_EQ(
      refusal(with(word_level(), "/post_processor", {{"type", "Other"}})),
      "tokenizer.json: post_processor: type is \"Other\", this program knows RobertaProcessing, "
      "BertProcessing, TemplateProcessing, ByteLevel and Sequence");
}

TEST(Tokenizer, RefusesSettingsItDoesNotKnow) {
  EXPECT_EQ(refusal(with(byte_pairs(), "/model/byte_fallback", true)),
            "tokenizer.json: model: \"byte_fallback\" is not supported");
  EXPECT_EQ(refusal(with(byte_pairs(), "/model/end_of_word_suffix", "</w>")),
            "tokenizer.json: model: \"end_of_word_suffix\" is not supported");
  EXPECT_EQ(refusal(with(byte_pairs(), "/model/dropout", 0.1)),
            "tokenizer.json: model: \"dropout\" is not supported");
  EXPECT_EQ(
      refusal(with(word_level(), "/pre_tokenizer/behavior", "MergedWithNext")),
      "tokenizer.json: pre_tokenizer: behavior is \"MergedWithNext\", this program knows Isolated "
      "and Removed");
  EXPECT_EQ(refusal(with(word_level(), "/pre_tokenizer/speed", 1)),
            "tokenizer.json: pre_tokenizer: \"speed\" is not supported");
  EXPECT_EQ(refusal(with(word_level(), "/added_tokens/0/single_word", true)),
            "tokenizer.json: added_tokens: \"single_word\" of \"<mask>\" is not supported");
  EXPECT_EQ(
      refusal(with(word_level(), "/truncation", {{"direction", "Left"}, {"max_length", 5}})),
      "tokenizer.json: truncation: direction is not \"Right\", which alone this program knows");
}

TEST(Tokenizer, RefusesPatternsItCannotRead) {
  EXPECT_EQ(refusal(with(word_level(), "/pre_tokenizer/pattern/Regex", "(?<=C)[")),
            "tokenizer.json: pre_tokenizer: its pattern \"(?<=C)[\" is no regular expression this "
            "program "
            "can read");
  EXPECT_EQ(refusal(with(word_level(), "/pre_tokenizer/pattern/Regex", "C*")),
            "tokenizer.json: pre_tokenizer: its pattern matches nothing at all");
}

TEST(Tokenizer, RefusesMergesThatDoNotFitTheVocabulary) {
  EXPECT_EQ(refusal(with(byte_pairs(), "/model/merges/0", "c c")),
            "tokenizer.json: model: merges: token \"cc\" is not in the vocabulary");
  EXPECT_EQ(refusal(with(byte_pairs(), "/model/merges/0", 7)),
            "tokenizer.json: model: merges: 7 is no pair of tokens");
}

TEST(Tokenizer, RefusesAnUnknownTokenOutsideTheVocabulary) {
  EXPECT_EQ(refusal(with(word_level(), "/model/unk_token", "[UNK]")),
            "tokenizer.json: model: unk_token \"[UNK]\" is not in the vocabulary");
}

TEST(Tokenizer, RefusesDamagedFiles) {
  EXPECT_THROW(Tokenizer::load("/nowhere/tokenizer.json"), ArtifactError);
  const test::TemporaryFolder folder;
  for (const char* text :
       {"", "{", "[]", "{}", "null", R"({"model": 3})", R"({"model": {"type": "BPE"}})"}) {
    EXPECT_THROW(Tokenizer::load(folder.write("tokenizer.json", text)), ArtifactError) << text;
  }
}

}  // namespace
}  // namespace specbridge
