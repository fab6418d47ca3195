#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "store/safetensors.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + rest;
}

std::string with_header(const std::string& header, const std::string& data) {
  return with_length(header.size(), header + data);
}

/// What reading says about these bytes, without the path and without the advice at the end.
std::string complaint(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.safetensors", bytes);
  try {
    read_safetensors(path);
  } catch (const ArtifactError& error) {
    const std::string message = error.what(), advice = "; make or copy it again";
    const std::size_t end =
        message.ends_with(advice) ? message.size() - advice.size() : message.size();
    return message.substr(path.size() + 2, end - path.size() - 2);
  }
  return "accepted";
}

std::string complaint_of_entry(const std::string& entry, const std::string& data = "01234567") {
  return complaint(with_header("{\"w\": " + entry + "}", data));
}

const std::string kMalformed =
    "tensor w: expected dtype F32, BF16 or F8_E4M3, a shape and two offsets";

TEST(SafetensorsHostile, ProperEntryIsAccepted) {
  EXPECT_EQ(complaint_of_entry(R"({"dtype": "F32", "shape": [2], "data_offsets": [0, 8]})"),
            "accepted");
}

TEST(SafetensorsHostile, FileThatIsTooShort) {
  EXPECT_EQ(complaint(""), "is too short for a safetensors file");
  EXPECT_EQ(complaint("1234567"), "is too short for a safetensors file");
}

TEST(SafetensorsHostile, HeaderThatIsLongerThanTheFile) {
  EXPECT_EQ(complaint(with_length(3, "{}")), "header of 3 bytes does not fit the file");
  EXPECT_EQ(complaint(with_length(100'000'001, "{}")),
            "header of 100000001 bytes does not fit the file");
  EXPECT_EQ(complaint(with_length(UINT64_MAX, "{}")),
            "header of 18446744073709551615 bytes does not fit the file");
}

TEST(SafetensorsHostile, HeaderThatIsNotJsonOrNoObject) {
  EXPECT_TRUE(complaint(with_header("{\"w\"", "")).starts_with("not valid JSON ("));
  EXPECT_TRUE(complaint(with_header("", "")).starts_with("not valid JSON ("));
  EXPECT_EQ(complaint(with_header("[1]", "")), "header is no JSON object");
}

TEST(SafetensorsHostile, EntryOfAnotherForm) {
  for (const char* entry : {
           "3",
           "null",
           "[]",
           "{}",
           R"({"dtype": "F16", "shape": [4], "data_offsets": [0, 8]})",
           R"({"dtype": 5, "shape": [2], "data_offsets": [0, 8]})",
           R"({"shape": [2], "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "shape": 2, "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "shape": [2.0], "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "shape": ["2"], "data_offsets": [0, 8]})",
           R"({"dtype": "F32", "shape": [2]})",
           R"({"dtype": "F32", "shape": [2], "data_offsets": [0]})",
           R"({"dtype": "F32", "shape": [2], "data_offsets": [0, 4, 8]})",
           R"({"dtype": "F32", "shape": [2], "data_offsets": [-1, 8]})",
           R"({"dtype": "F32", "shape": [2], "data_offsets": {"0": 0, "1": 8}})",
       }) {
    EXPECT_EQ(complaint_of_entry(entry), kMalformed) << entry;
  }
}

TEST(SafetensorsHostile, RangeThatLeavesTheFile) {
  const std::string outside = "tensor w: lies outside the file";
  EXPECT_EQ(complaint_of_entry(R"({"dtype": "F32", "shape": [3], "data_offsets": [0, 12]})"),
            outside);
  EXPECT_EQ(complaint_of_entry(R"({"dtype": "F32", "shape": [2], "data_offsets": [8, 0]})"),
            outside);
  EXPECT_EQ(complaint_of_entry(
                R"({"dtype": "F32", "shape": [2], "data_offsets": [0, 18446744073709551615]})"),
            outside);
}

TEST(SafetensorsHostile, ShapeThatDoesNotFitItsRange) {
  EXPECT_EQ(complaint_of_entry(R"({"dtype": "F32", "shape": [1], "data_offsets": [0, 8]})"),
            "tensor w: shape [1] does not fit its 8 bytes");
  EXPECT_EQ(complaint_of_entry(R"({"dtype": "F32", "shape": [0, 2], "data_offsets": [0, 8]})"),
            "tensor w: shape [0, 2] does not fit its 8 bytes");
}

TEST(SafetensorsHostile, ShapeWhoseProductOverflows) {
  EXPECT_EQ(complaint_of_entry(
                R"({"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 8]})"),
            "tensor w: shape [4294967296, 4294967296] is larger than the file");
  EXPECT_EQ(complaint_of_entry(
                R"({"dtype": "F32", "shape": [2, 4611686018427387905], "data_offsets": [0, 8]})"),
            "tensor w: shape [2, 4611686018427387905] is larger than the file");
}

TEST(SafetensorsHostile, ExtentThatIsNoSignedNumber) {
  EXPECT_EQ(
      complaint_of_entry(
          R"({"dtype": "F32", "shape": [0, 9223372036854775808], "data_offsets": [0, 0]})", ""),
      "tensor w: shape [0, -9223372036854775808] is larger than the file");
}

std::string two_tensors(const std::string& first, const std::string& second,
                        const std::string& data) {
  return with_header(R"({"a": {"dtype": "F32", "shape": [1], "data_offsets": )" + first +
                         R"(}, "b": {"dtype": "F32", "shape": [1], "data_offsets": )" + second +
                         "}}",
                     data);
}

TEST(SafetensorsHostile, TensorsThatOverlapOrLeaveGaps) {
  EXPECT_EQ(complaint(two_tensors("[0, 4]", "[4, 8]", "01234567")), "accepted");
  EXPECT_EQ(complaint(two_tensors("[4, 8]", "[0, 4]", "01234567")), "accepted");
  const std::string apart = "the tensors do not lie one behind the other";
  EXPECT_EQ(complaint(two_tensors("[0, 4]", "[2, 6]", "01234567")), apart);
  EXPECT_EQ(complaint(two_tensors("[0, 4]", "[5, 9]", "012345678")), apart);
  EXPECT_EQ(complaint(two_tensors("[0, 4]", "[0, 4]", "0123")), apart);
}

TEST(SafetensorsHostile, BytesThatBelongToNoTensor) {
  EXPECT_EQ(complaint(with_header("{}", "x")), "holds bytes that belong to no tensor");
  EXPECT_EQ(complaint(two_tensors("[0, 4]", "[4, 8]", "012345678")),
            "holds bytes that belong to no tensor");
}

TEST(SafetensorsHostile, ValuesThatAreNotFinite) {
  for (const float value : {NAN, std::numeric_limits<float>::infinity()}) {
    const TemporaryFolder folder;
    const std::string path = folder / "t.safetensors";
    write_safetensors(path, {{"w", {2}, {1, value}}});
    EXPECT_EQ(message_of([&] { read_safetensors(path); }),
              path + ": tensor w: holds values that are not finite; make or copy it again");
  }
}

TEST(SafetensorsHostile, MetadataOfAnyFormIsPassedOver) {
  EXPECT_EQ(complaint(with_header(R"({"__metadata__": {"format": "pt"}})", "")), "accepted");
  EXPECT_EQ(complaint(with_header(R"({"__metadata__": 5})", "")), "accepted");
}

TEST(SafetensorsHostile, FileThatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_safetensors(folder / "missing"), ArtifactError);
}

TEST(SafetensorsHostile, EveryTruncation) {
  const TemporaryFolder folder;
  write_safetensors(folder / "t", {{"a", {2, 2}, {1, 2, 3, 4}}, {"b", {1}, {5}}});
  const std::string bytes = test::slurp(folder / "t");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(complaint(bytes.substr(0, length)), "accepted") << length;
  }
}

}  // namespace
}  // namespace specbridge
