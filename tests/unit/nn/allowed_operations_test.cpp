#include "nn/allowed_operations.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

TEST(AllowedOperations, AreWhatNetworksCalculateWith) {
  for (const char* name :
       {"aten::linear", "aten::softmax", "aten::layer_norm", "aten::gelu", "aten::matmul",
        "aten::embedding", "aten::scaled_dot_product_attention", "aten::cos", "prim::If",
        "prim::Loop", "prim::GetAttr", "prim::CallMethod", "prim::RaiseException"}) {
    EXPECT_TRUE(is_allowed_operation(name)) << name;
  }
}

TEST(AllowedOperations, AreNotFilesOutputPythonOrSelfModification) {
  for (const char* name :
       {"aten::save", "aten::load", "aten::from_file", "prim::Print", "prim::PythonOp",
        "prim::SetAttr", "prim::fork", "aten::wait", "prim::rpc_async", "quantized::linear",
        "inductor::anything", "", "linear", "aten::", "prim::"}) {
    EXPECT_FALSE(is_allowed_operation(name)) << name;
  }
}

}  // namespace
}  // namespace specbridge
