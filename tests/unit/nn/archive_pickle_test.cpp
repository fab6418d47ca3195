#include "nn/archive_pickle.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

using namespace std::string_literals;

/// The key of a storage of float32, its elements, and what follows: first element, sizes, strides.
std::string tensor(const std::string& elements, const std::string& place) {
  return "\x80\x02"
         "ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
         "X\1\0\0\0kX\3\0\0\0cpu"s +
         elements + "tQ" + place +
         "\x89"
         "ccollections\nOrderedDict\n)RtR."s;
}

std::optional<std::string> problem(const std::string& pickle, std::uint64_t size = 24) {
  return pickle_problem(pickle, [&](const std::string& key) -> std::optional<std::uint64_t> {
    if (key == "k") return size;
    return {};
  });
}

TEST(ArchivePickle, TakesATensorThatFillsItsRecord) {
  EXPECT_EQ(problem(tensor("K\6", "K\0(K\2K\3t(K\3K\1t"s)), std::nullopt);
}

TEST(ArchivePickle, TakesAScalarAndATensorWithoutValues) {
  EXPECT_EQ(problem(tensor("K\6", "K\5))"s)), std::nullopt);
  EXPECT_EQ(problem(tensor("K\6", "K\6(K\0K\3t(K\3K\1t"s)), std::nullopt);
}

TEST(ArchivePickle, RefusesATensorThatReachesBeyondItsStorage) {
  EXPECT_EQ(problem(tensor("K\6", "K\1(K\2K\3t(K\3K\1t"s)),
            "describes a tensor [2, 3] that reaches beyond its 6 values");
  EXPECT_EQ(problem(tensor("K\6", "K\6))"s)),
            "describes a tensor [] that reaches beyond its 6 values");
}

TEST(ArchivePickle, RefusesExtentsWhoseProductIsBeyondAllNumbers) {
  const std::string huge = "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"s;
  EXPECT_EQ(
      problem(tensor("K\6", "K\0("s + huge + huge + "t(" + huge + huge + "t")),
      "describes a tensor [9223372036854775807, 9223372036854775807] that reaches beyond its 6 "
      "values");
}

TEST(ArchivePickle, RefusesNegativeExtents) {
  EXPECT_EQ(problem(tensor("K\6", "K\0(J\xff\xff\xff\xfft(K\1t"s)),
            "describes a tensor of an impossible shape");
}

TEST(ArchivePickle, RefusesARecordOfAnotherLength) {
  EXPECT_EQ(problem(tensor("K\6", "K\0)("s), 20),
            "the record k has 20 bytes, expected 6 values of 4");
  EXPECT_EQ(problem(tensor("K\6", "K\0)("s), 26),
            "the record k has 26 bytes, expected 6 values of 4");
}

TEST(ArchivePickle, NamesWhatEncodersDoNotNeed) {
  EXPECT_EQ(problem("\x80\x02V1\n."s), "uses operation 0x56, which encoders do not need");
}

TEST(ArchivePickle, TakesNestedValuesUpToItsLimit) {
  EXPECT_EQ(problem(")" + std::string(kDeepestPickle, '\x85') + "."), std::nullopt);
  EXPECT_EQ(problem(")" + std::string(kDeepestPickle + 1, '\x85') + "."),
            "nests values more than 200 deep");
}

TEST(ArchivePickle, FindsDepthThatIsMadeFromOutsideInwards) {
  // a list; each further list is put into the one before it, which has its depth already
  std::string pickle = "]";
  for (int i = 0; i < 300; ++i)
    pickle +=
        "]q\x01"
        "a"
        "h\x01";
  EXPECT_EQ(problem(pickle + std::string(300, 'a') + "."), "nests values more than 200 deep");
}

TEST(ArchivePickle, FindsAValueWithinItself) {
  EXPECT_EQ(problem("]q\1h\1a."), "holds a value within itself");
}

TEST(ArchivePickle, RefusesAProgramThatIsCutOffAnywhere) {
  const std::string whole = tensor("K\6", "K\0(K\2K\3t(K\3K\1t"s);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_TRUE(problem(whole.substr(0, length)).has_value()) << length;
  }
}

}  // namespace
}  // namespace specbridge
