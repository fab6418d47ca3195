#include "nn/script_module.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "store/file.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;

const c10::Device kCpu(c10::kCPU);

torch::jit::Module module_with(const std::string& code) {
  torch::jit::Module module("Net");
  module.register_parameter("weight", at::ones({2, 2}), false);
  module.register_attribute("training", c10::BoolType::get(), true);
  module.define(code + "\n");
  return module;
}

std::string forward_with(const std::string& body) {
  return "def forward(self, x):\n" + body;
}

/// Saves the module and loads it again through the function under test.
torch::jit::Module through_file(const torch::jit::Module& module) {
  const test::TemporaryFolder folder;
  const fs::path file = folder / "model.pt";
  module.save(file.string());
  return load_script_module(file, sha256_of_file(file), kCpu);
}

/// What is said about the module, without the path of the file.
std::string refusal_of(const torch::jit::Module& module) {
  const std::string message = test::message_of([&] { through_file(module); });
  const auto at = message.find("model.pt: ");
  return at == std::string::npos ? message : message.substr(at);
}

TEST(ScriptModule, RunsAsItWasSaved) {
  torch::jit::Module module =
      through_file(module_with(forward_with("    return torch.matmul(x, self.weight) + 1.0")));
  EXPECT_FALSE(module.is_training());
  EXPECT_TRUE(at::equal(module.forward({at::ones({1, 2})}).toTensor(), at::full({1, 2}, 3.0)));
}

TEST(ScriptModule, GivesTheSameBitsInTheFirstCallAndInLaterOnes) {
  torch::jit::Module module = through_file(
      module_with(forward_with("    return torch.tanh(torch.matmul(x, self.weight) * x + 1.0)")));
  const at::Tensor input = at::rand({5, 2});
  const at::Tensor first = module.forward({input}).toTensor();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(at::equal(module.forward({input}).toTensor(), first));
}

TEST(ScriptModule, IsNotReadWhenItsBytesHaveAnotherChecksum) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.write("model.pt", "program");
  EXPECT_EQ(test::message_of([&] { load_script_module(file, std::string(64, 'a'), kCpu); }),
            file.string() +
                ": SHA-256 is 1310ca2c8932..., its manifest says aaaaaaaaaaaa...; the file was "
                "changed or damaged, make or copy it again");
}

TEST(ScriptModule, ThatIsMissingIsAnArtifactError) {
  EXPECT_THROW(load_script_module("/nowhere/model.pt", std::string(64, 'a'), kCpu), ArtifactError);
}

TEST(ScriptModule, ThatIsNoArchiveIsRefusedInOneLine) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.write("model.pt", "program");
  const std::string message =
      test::message_of([&] { load_script_module(file, sha256("program"), kCpu); });
  EXPECT_TRUE(
      message.starts_with(file.string() + ": not a TorchScript archive that can be loaded ("))
      << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(ScriptModule, IsRefusedAtEveryLengthItMayBeCutTo) {
  const test::TemporaryFolder folder;
  const fs::path whole = folder / "whole.pt";
  module_with(forward_with("    return x")).save(whole.string());
  const std::string bytes = test::slurp(whole);
  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    const std::string part = bytes.substr(0, length);
    const fs::path file = folder.write("model.pt", part);
    EXPECT_THROW(load_script_module(file, sha256(part), kCpu), ArtifactError) << length;
  }
}

TEST(ScriptModule, MayNotWriteFiles) {
  EXPECT_EQ(refusal_of(module_with(forward_with("    torch.save(x, '/tmp/x')\n    return x"))),
            "model.pt: uses aten::save, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, RefusesAnArchiveThatPrints) {
  EXPECT_EQ(refusal_of(module_with(forward_with("    print(x)\n    return x"))),
            "model.pt: uses prim::Print, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, MayNotChangeItself) {
  EXPECT_EQ(refusal_of(module_with(forward_with("    self.weight = x\n    return x"))),
            "model.pt: uses prim::SetAttr, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, IsJudgedByCodeInBranchesToo) {
  EXPECT_EQ(refusal_of(module_with(forward_with("    if x.size(0) > 10:\n"
                                                "        for i in range(3):\n"
                                                "            torch.save(x, 'x')\n"
                                                "    return x"))),
            "model.pt: uses aten::save, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, IsJudgedByMethodsThatForwardNeverCalls) {
  torch::jit::Module module = module_with(forward_with("    return x"));
  module.define("def other(self, x):\n    print(x)\n    return x\n");
  EXPECT_EQ(refusal_of(module),
            "model.pt: uses prim::Print, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, IsJudgedByItsParts) {
  torch::jit::Module part("Part");
  part.define("def talk(self, x):\n    print(x)\n    torch.save(x, 'x')\n    return x\n");
  torch::jit::Module module("Net");
  module.register_module("part", part);
  module.define("def forward(self, x):\n    return self.part.talk(x)\n");
  EXPECT_EQ(
      refusal_of(module),
      "model.pt: uses aten::save, prim::Print, which an encoder may not; export the encoder again");
}

TEST(ScriptModule, MayNotRunCodeWhileItIsRead) {
  torch::jit::Module module = module_with(forward_with("    return x"));
  module.define("def __getstate__(self):\n    return 1\n");
  module.define("def __setstate__(self, state: int):\n    torch.save(torch.ones(1), 'x')\n");
  const std::string message = refusal_of(module);
  EXPECT_TRUE(message.starts_with("model.pt: code/")) << message;
  EXPECT_TRUE(
      message.ends_with(" uses __setstate__, which an encoder may not; export the encoder again"))
      << message;
}

}  // namespace
}  // namespace specbridge
