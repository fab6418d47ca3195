#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <mutex>

#include "commands.h"
#include "reference_options.h"
#include "shipped_model.h"
#include "specbridge/error.h"
#include "specbridge/serve.h"

namespace specbridge::tool {
namespace {

struct ServeCommand {
  ServeConfig config;
  std::size_t megabytes = 16, seconds = 60;
  std::optional<std::filesystem::path> log;
  ReferenceOptions references;
};

/// Appends lines, one at a time, from whatever thread.
class LineLog {
 public:
  /// @param path nothing: standard error
  explicit LineLog(const std::optional<std::filesystem::path>& path) {
    if (!path) return;
    file_.reset(std::fopen(path->c_str(), "a"));
    if (!file_) throw OutputError(fmt::format("{}: cannot be written to", path->string()));
  }
  void write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    std::FILE* out = file_ ? file_.get() : stderr;
    // Who reads the log may go away; that is no reason to end.
    const std::string text = fmt::format("{}\n", line);
    std::fwrite(text.data(), 1, text.size(), out);
    std::fflush(out);
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
};

void run(ServeCommand& options, CommonOptions& common) {
  ServeConfig& config = options.config;
  config.most_bytes = options.megabytes << 20;
  config.patience = std::chrono::seconds(options.seconds);
  config.references = references_of(options.references, "serve");
  if (!config.library && !config.references) {
    throw UsageError("serve: expected --library or --spectral-library");
  }
  const RunContext context = common.context();
  // Library spectra alone need none.
  const bool needs_model = config.library || !config.model.empty();
  const ChosenModel model = needs_model ? chosen_model(config.model) : ChosenModel{};
  config.model = model.path;
  LineLog log(options.log);
  ServeEvents events;
  events.listening = [&](const std::string& address) {
    if (common.json) common.console->print(fmt::format("{{\"address\": \"{}\"}}\n", address));
    common.console->summary(
        fmt::format("answering at {} (Ctrl-C ends it){}", address, closing_words(model)));
  };
  if (!common.quiet || options.log) {
    events.request = [&](std::string_view line) { log.write(line); };
  }
  run_serve(config, events, context);
}

void add_limits_of_service(CLI::App& command, ServeCommand& options) {
  constexpr const char* kGroup = "Limits";
  const auto number = [&](const char* name, std::size_t& value, int most, const char* help) {
    command.add_option(name, value, help)
        ->check(CLI::Range(1, most))
        ->capture_default_str()
        ->type_name("N")
        ->group(kGroup);
  };
  number("--max-megabytes", options.megabytes, 1024, "Size of a request");
  number("--max-spectra", options.config.most_spectra, 1'000'000, "Spectra of a request");
  number("--max-seconds", options.seconds, 86'400,
         "Time of a search, waiting for its turn included; then it gets 503");
  number("--max-waiting", options.config.waiting, 1'000,
         "Searches that wait while others work, one a thread; further ones get 503 at once");
}

}  // namespace

void add_serve(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<ServeCommand>();
  ServeConfig& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "serve", "Search from a browser: a library -> a page and an interface over HTTP");
  tell(
      command.add_option("--library", config.library,
                         "Library directory made by specbridge index, or the address of a database "
                         "that specbridge export wrote to"),
      "DIR");
  add_model(command, config.model, "Model directory made by specbridge train");
  add_rank_by(command, config.rank_by);
  add_references(command, options->references);
  add_rescore(command, config.rescore);
  tell(command
           .add_option("--address", config.address,
                       "Address to listen on; others than this machine's own need --token")
           ->capture_default_str(),
       "IP");
  command.add_option("--port", config.port, "Port to listen on; 0: one that is free")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str()
      ->type_name("N");
  tell(command.add_option("--token", config.token,
                          "File whose first line requests must bear: Authorization: Bearer ..."),
       "FILE");
  tell(command.add_option("--log", options->log,
                          "File to append a line (JSON) of every request to; without: standard "
                          "error"),
       "FILE");
  add_limits_of_service(command, *options);
  common.add_networks(command);
  common.add_basic(command);
  command.footer(
      "The page takes spectra that are dropped or pasted and shows ranked answers with the peaks "
      "that they explain. POST /api/search answers programs: the body is a file of spectra, "
      "?format=tsv gives the table that specbridge search writes, byte for byte; GET "
      "/api/openapi.json describes the interface. SIGTERM ends it when what is under way is "
      "finished. Nothing leaves the machine; no request can name one of its files. HTTP is not "
      "encrypted: for other machines, put a server with TLS in front.\n"
      "Examples:\n"
      "  specbridge serve --library lib/\n"
      "  specbridge serve --spectral-library ei-library/\n"
      "  curl --data-binary @query.mgf 'http://127.0.0.1:8765/api/search?format=tsv'");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
