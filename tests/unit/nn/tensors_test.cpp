#include "nn/tensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

TEST(Tensors, KeepTheRowsOfAMatrix) {
  Matrix matrix(2, 3);
  for (std::size_t i = 0; i < 6; ++i) matrix.values()[i] = static_cast<float>(i);

  const at::Tensor tensor = to_tensor(matrix.view());

  EXPECT_EQ(tensor.sizes(), at::IntArrayRef({2, 3}));
  EXPECT_EQ(tensor[1][0].item<float>(), 3.0F);
}

TEST(Tensors, AreCopiedRowByRowWhateverTheirLayoutAndType) {
  const at::Tensor tensor = at::arange(6, at::kFloat).reshape({3, 2}).t().to(at::kBFloat16);

  const Matrix matrix = to_matrix(tensor);

  EXPECT_EQ(matrix.rows(), 2U);
  EXPECT_EQ(matrix.cols(), 3U);
  EXPECT_EQ(std::vector<float>(matrix.row(1).begin(), matrix.row(1).end()),
            (std::vector<float>{1, 3, 5}));
}

TEST(Tensors, WithoutRowsMakeAnEmptyMatrix) {
  EXPECT_EQ(to_matrix(at::zeros({0, 4})).cols(), 4U);
  EXPECT_EQ(to_tensor(Matrix(0, 4).view()).numel(), 0);
}

TEST(Tensors, OfOtherDimensionsAreRefused) {
  EXPECT_EQ(test::message_of([] {
              to_matrix(at::zeros({2, 2, 2}));
            }),
            "expected a tensor [rows, cols], found 3 dimensions");
}

}  // namespace
}  // namespace specbridge
