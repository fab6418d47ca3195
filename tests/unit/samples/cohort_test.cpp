#include "samples/cohort.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/support.h"
#include "support/warnings.h"

namespace specbridge {
namespace {

using Places = std::vector<std::size_t>;
using Names = std::vector<std::string>;

/// Samples s0 to s3, of files runs/s0.mgf to runs/s3.mgf; the last has no row.
SampleTable four_samples() {
  SampleTable table;
  table.path = "samples.npy";
  table.rows = Matrix(3, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    Sample sample{"s" + std::to_string(i), "runs/s" + std::to_string(i) + ".mgf"};
    if (i < 3) {
      sample.row = i;
      table.rows.row(i)[0] = static_cast<float>(i);
    }
    table.samples.push_back(sample);
  }
  return table;
}

struct Labels {
  Cohort read(const std::string& text, const LabelColumns& columns = {}) const {
    return read_cohort(four_samples(), folder.write("y.tsv", text), columns, {});
  }
  std::string refusal(const std::string& text, const LabelColumns& columns = {}) const {
    const std::string message = test::message_of([&] { read(text, columns); });
    const std::string where = (folder / "y.tsv").string();
    return message.starts_with(where) ? message.substr(where.size()) : message;
  }
  test::TemporaryFolder folder;
};

TEST(Cohort, ReadsSamplesByNameFileOrPath) {
  const auto cohort = Labels().read("filename,label\ns2,b\ns0.mgf,a\nruns/s1.mgf,b\ns3,\n");
  EXPECT_EQ(cohort.samples, (Places{0, 1, 2}));
  EXPECT_EQ(cohort.classes, (Names{"a", "b"}));
  EXPECT_EQ(cohort.class_of, (Places{0, 1, 1}));
  EXPECT_EQ(cohort.subjects.size(), 3U);
  EXPECT_EQ(cohort.rows.row(2)[0], 2);
}

TEST(Cohort, GroupsSamplesBySubject) {
  const auto cohort =
      Labels().read("sample\tsubject\tdiagnosis\ns0\tx\till\ns1\tx\till\ns2\ty\twell\ns3\ty\t\n",
                    {"diagnosis", "Subject"});
  EXPECT_EQ(cohort.subjects, (Names{"x", "y"}));
  EXPECT_EQ(cohort.subject_of, (Places{0, 0, 1}));
  EXPECT_EQ(cohort.class_of_subject, (Places{0, 1}));
  EXPECT_EQ(cohort.samples_by_class(), (Places{2, 1}));
  EXPECT_EQ(cohort.subjects_by_class(), (Places{1, 1}));
}

TEST(Cohort, RefusesLabelsThatCannotBeFollowed) {
  const Labels labels;
  EXPECT_EQ(labels.refusal("sample\tlabel\ns0\ta\ns0\tb\n"),
            ":3: sample \"s0\" stands in line 2 already; a sample has one line");
  EXPECT_EQ(
      labels.refusal("sample\tlabel\ns9\ta\n"),
      ":2: \"s9\" is no sample of the array, did you mean \"s0\"?; its samples are s0, s1, s2, "
      "s3");
  EXPECT_EQ(labels.refusal("sample\tlabel\ns0\ta\ns1\tb\n"),
            ": has no line for 2 samples: s2, s3; give each one, with an empty label to leave it "
            "out");
  EXPECT_EQ(labels.refusal("sample\tclass\ns0\ta\n"),
            ":1: has no column \"label\"; found sample, class; name another one, or rename it");
  EXPECT_EQ(labels.refusal("run\tlabel\ns0\ta\n"),
            ":1: has no column sample (or file, filename); found run, label; name another one, or "
            "rename it");
  EXPECT_EQ(labels.refusal("sample\tlabel\ns0\n"), ":2: 1 column, but the header has 2");
  EXPECT_EQ(labels.refusal(""), ": is empty; expected a table of labels");
  EXPECT_EQ(labels.refusal("sample\tlabel\tsubject\ns0\ta\t\n", {"label", "subject"}),
            ":2: sample \"s0\" has no subject; expected the subject that it is from");
  EXPECT_EQ(labels.refusal("sample\tlabel\tsubject\ns0\ta\tx\ns1\tb\tx\ns2\ta\ty\ns3\t\t\n",
                           {"label", "subject"}),
            ":3: subject \"x\" is labelled \"b\" here and \"a\" before; a subject has one label, "
            "whatever the number of its samples");
}

TEST(Cohort, WarnsOfALabelledSampleWithoutARow) {
  test::Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  const Labels labels;
  const auto file = labels.folder.write("y.tsv", "sample\tlabel\ns0\ta\ns1\tb\ns2\tb\ns3\ta\n");
  EXPECT_EQ(read_cohort(four_samples(), file, {}, context).size(), 3U);
  ASSERT_EQ(warnings.texts.size(), 1U);
  EXPECT_EQ(warnings.texts[0],
            "samples.npy: left out, having no vector: s3; samples.ids.tsv says why");
}

std::string folds_refusal(const Places& class_of_subject, std::size_t folds) {
  Cohort cohort;
  for (const auto one : class_of_subject) {
    cohort.classes.resize(std::max(cohort.classes.size(), one + 1), "c");
    cohort.class_of_subject.push_back(one);
  }
  return test::message_of([&] { check_folds(cohort, folds, "y.tsv"); });
}

TEST(CheckFolds, WantsTwoClassesWithSubjectsEnough) {
  EXPECT_EQ(folds_refusal({0, 0, 0, 1, 1, 1}, 3), "");
  EXPECT_EQ(folds_refusal({0, 0, 0, 0, 1, 1, 1, 1}, 2), "");
  EXPECT_EQ(
      folds_refusal({0, 0, 0, 1, 1, 1}, 5),
      "y.tsv: class \"c\" has 3 subjects, 5 folds need 5 of each; choose fewer --folds (3 are "
      "the fewest for so few), or leave the class out");
  EXPECT_NE(folds_refusal({0, 0, 0, 1, 1, 1}, 2), "");
  EXPECT_EQ(folds_refusal({0, 0, 0}, 3),
            "y.tsv: all samples are labelled \"c\"; expected two classes or more");
  EXPECT_NE(folds_refusal({}, 3), "");
}

}  // namespace
}  // namespace specbridge
