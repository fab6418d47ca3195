#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "common_options.h"

namespace specbridge {
struct ExplainConfig;
struct ExplainReport;
struct PageConfig;
struct PageReport;
}  // namespace specbridge

namespace specbridge::tool {

/// Each adds one subcommand to `app`. Parsing only fills values and sets `action`, which does the
/// work and is called once everything is parsed.
using Action = std::function<void()>;
void add_train(CLI::App& app, CommonOptions& common, Action& action);
void add_calibrate(CLI::App& app, CommonOptions& common, Action& action);
void add_index(CLI::App& app, CommonOptions& common, Action& action);
void add_merge(CLI::App& app, CommonOptions& common, Action& action);
void add_compact(CLI::App& app, CommonOptions& common, Action& action);
void add_export(CLI::App& app, CommonOptions& common, Action& action);
void add_search(CLI::App& app, CommonOptions& common, Action& action);
void add_explain(CLI::App& app, CommonOptions& common, Action& action);
void add_page(CLI::App& app, CommonOptions& common, Action& action);
void add_serve(CLI::App& app, CommonOptions& common, Action& action);
void add_embed(CLI::App& app, CommonOptions& common, Action& action);
void add_render(CLI::App& app, CommonOptions& common, Action& action);
void add_sample(CLI::App& app, CommonOptions& common, Action& action);
void add_similarity(CLI::App& app, CommonOptions& common, Action& action);
void add_eval(CLI::App& app, CommonOptions& common, Action& action);
void add_split(CLI::App& app, CommonOptions& common, Action& action);
void add_pools(CLI::App& app, CommonOptions& common, Action& action);
void add_audit(CLI::App& app, CommonOptions& common, Action& action);
void add_check(CLI::App& app, CommonOptions& common, Action& action);
void add_analogues(CLI::App& app, CommonOptions& common, Action& action);
void add_mces(CLI::App& app, CommonOptions& common, Action& action);
void add_info(CLI::App& app, CommonOptions& common, Action& action);
void add_pack(CLI::App& app, CommonOptions& common, Action& action);
void add_make_encoder(CLI::App& app, CommonOptions& common, Action& action);
/// Not listed: prints the man page and the completions of shells.
void add_generate(CLI::App& app, Action& action);

/// What explain did, in words. Defined in cmd_explain.cpp.
std::string explained_text(const ExplainConfig& config, const ExplainReport& report);
/// What page did, in words. Defined in cmd_page.cpp.
std::string page_text(const PageConfig& config, const PageReport& report);

/// Thrown by the option --help-settings, which needs nothing else.
struct SettingsWanted {};
/// What --help-settings prints. @param words of the command line. Defined in cmd_train.cpp.
void print_settings(const std::vector<std::string>& words);

}  // namespace specbridge::tool
