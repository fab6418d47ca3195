#include "base/json.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;

/// The message of reading one key of `text` into a value of the given type.
template <typename T>
std::string message_of_reading(const std::string& text) {
  const Json json = Json::parse(text);
  JsonFields fields(json, "c.json: align");
  T value{};
  return message_of([&] { fields.read("key", value); });
}

TEST(ParseJson, SaysWhereTextIsNotJson) {
  EXPECT_EQ(message_of([] { parse_json("{\"a\": 1,}", "c.json"); }),
            "c.json: not valid JSON (parse error at line 1, column 9: syntax error while parsing "
            "object key - unexpected '}'; expected string literal)");
  EXPECT_THROW(parse_json("", "c.json"), InputError);
  EXPECT_THROW(parse_json("{\"a\": 1e999}", "c.json"), InputError);
  EXPECT_THROW(parse_json("\"\xff\"", "c.json"), InputError);
}

TEST(ParseJson, SurvivesDeepNesting) {
  EXPECT_THROW(parse_json(std::string(1'000'000, '['), "c.json"), InputError);
  EXPECT_TRUE(
      parse_json(std::string(100'000, '[') + std::string(100'000, ']'), "c.json").is_array());
}

TEST(Pretty, SortsKeysIndentsAndReplacesInvalidText) {
  EXPECT_EQ(pretty(Json{{"b", 1}, {"a", "x\xff"}}),
            "{\n  \"a\": \"x\xef\xbf\xbd\",\n  \"b\": 1\n}\n");
}

TEST(JsonFields, ReadsEveryType) {
  const Json json = Json::parse(
      R"({"flag": true, "real": 0.5, "count": 7, "text": "x", "list": [1, 2], "part": {"a": 1}})");
  JsonFields fields(json, "c.json");
  bool flag = false;
  double real = 0;
  std::size_t count = 0;
  std::string text;
  std::vector<std::size_t> list;
  fields.read("flag", flag);
  fields.read("real", real);
  fields.read("count", count);
  fields.read("text", text);
  fields.read("list", list);
  const auto part = fields.object("part");
  EXPECT_TRUE(flag);
  EXPECT_EQ(real, 0.5);
  EXPECT_EQ(count, 7U);
  EXPECT_EQ(text, "x");
  EXPECT_EQ(list, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(part, Json::parse(R"({"a": 1})"));
  EXPECT_NO_THROW(fields.finish());
}

TEST(JsonFields, LeavesAValueAloneWhenItsKeyIsAbsent) {
  const Json json = Json::object();
  JsonFields fields(json, "c.json");
  double real = 3;
  fields.read("real", real);
  EXPECT_EQ(real, 3);
  EXPECT_FALSE(fields.object("part").has_value());
  EXPECT_NO_THROW(fields.finish());
}

TEST(JsonFields, RefusesWhatIsNoObject) {
  EXPECT_EQ(message_of([] { JsonFields(Json::parse("[1]"), "c.json: align"); }),
            "c.json: align: expected a JSON object, found array");
}

TEST(JsonFields, NamesAKeyOfTheWrongTypeWithItsPath) {
  EXPECT_EQ(message_of_reading<bool>(R"({"key": 1})"),
            "c.json: align: \"key\" is 1, expected true or false");
  EXPECT_EQ(message_of_reading<double>(R"({"key": "1"})"),
            "c.json: align: \"key\" is \"1\", expected a number");
  EXPECT_EQ(message_of_reading<std::size_t>(R"({"key": -1})"),
            "c.json: align: \"key\" is -1, expected a whole number, 0 or more");
  EXPECT_EQ(message_of_reading<std::size_t>(R"({"key": 1.5})"),
            "c.json: align: \"key\" is 1.5, expected a whole number, 0 or more");
  EXPECT_EQ(message_of_reading<std::string>(R"({"key": null})"),
            "c.json: align: \"key\" is null, expected a text");
  EXPECT_EQ(message_of_reading<std::vector<std::size_t>>(R"({"key": [1, -2]})"),
            "c.json: align: \"key\" is [1,-2], expected a list of whole numbers");
  const Json json = Json::parse(R"({"key": 3})");
  JsonFields fields(json, "c.json: align");
  EXPECT_EQ(message_of([&] { fields.object("key"); }),
            "c.json: align: \"key\" is 3, expected an object");
}

TEST(JsonFields, ShortensAWrongValueThatIsLong) {
  const std::string message =
      message_of_reading<bool>("{\"key\": \"" + std::string(500, 'x') + "\"}");
  EXPECT_EQ(message,
            "c.json: align: \"key\" is \"" + std::string(56, 'x') + "..., expected true or false");
}

TEST(JsonFields, TellsTextThatIsNotUtf8LikeAnyOther) {
  const Json json = {{"key", "\xff"}};
  JsonFields fields(json, "c.json");
  bool flag = false;
  EXPECT_EQ(message_of([&] { fields.read("key", flag); }),
            "c.json: \"key\" is \"\xef\xbf\xbd\", expected true or false");
}

TEST(JsonFields, SuggestsTheKeyAMisspeltOneMeans) {
  const Json json = Json::parse(R"({"learnig_rate": 1})");
  JsonFields fields(json, "c.json: align");
  double rate = 0;
  fields.read("learning_rate", rate);
  EXPECT_EQ(message_of([&] { fields.finish(); }),
            "c.json: align: unknown key \"learnig_rate\"; did you mean \"learning_rate\"?");
}

TEST(JsonFields, ListsTheKnownKeysWhenNoneIsNear) {
  const Json json = Json::parse(R"({"zzzzzzzz": 1})");
  JsonFields fields(json, "c.json");
  double value = 0;
  fields.read("seed", value);
  fields.read("epochs", value);
  EXPECT_EQ(message_of([&] { fields.finish(); }),
            "c.json: unknown key \"zzzzzzzz\"; known are seed, epochs");
}

}  // namespace
}  // namespace specbridge
