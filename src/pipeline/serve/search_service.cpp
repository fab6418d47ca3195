#include "pipeline/serve/search_service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/database_address.h"
#include "base/text.h"
#include "pipeline/page/shown_queries.h"
#include "pipeline/search.h"
#include "pipeline/serve/asked_search.h"
#include "search/search_parts.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/byte_reader.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// A folder that others cannot read and that goes away.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::string name = (fs::temp_directory_path() / "specbridge-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw OutputError("no folder can be made for the files of a request");
    }
    path_ = name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

/// Hands progress to who asked, and keeps warnings to itself: rows say what is to be known.
class RequestReporter : public Reporter {
 public:
  explicit RequestReporter(const SearchRequest& request) : request_(request) {}
  void info(std::string_view) override {}
  void warning(std::string_view) override {}
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view) override {
    if (request_.progress) request_.progress(stage, done, total);
  }

 private:
  const SearchRequest& request_;
};

/// A text without the name of a folder of the machine.
std::string without_folder(std::string text, const fs::path& folder) {
  const std::string name = folder.string() + "/";
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    text.erase(at, name.size());
  }
  return text;
}

ServiceAnswer refusal(int status, std::string_view why) {
  return {status, "application/json", compact({{"error", why}}) + "\n", 0};
}

std::string_view type_of(HitsFormat format) {
  switch (format) {
    case HitsFormat::csv:
      return "text/csv; charset=utf-8";
    case HitsFormat::jsonl:
      return "application/x-ndjson";
    default:
      return "text/tab-separated-values; charset=utf-8";
  }
}

/// Requests run beside each other, each on one thread.
RunContext on_one_thread(RunContext context) {
  context.threads = 1;
  return context;
}

/// Whether a file is larger than that once it is unpacked. @throws InputError, Interrupted
bool is_larger(const fs::path& file, std::size_t bytes, const RunContext& context) {
  ByteReader reader(file);
  std::string text;
  std::size_t size = 0;
  while (size <= bytes && reader.read(text)) {
    context.check_interrupt();
    size += text.size();
    text.clear();
  }
  return size > bytes;
}

/// The last part of a path, however it is written: "lib/" is lib.
std::string folder_name(const fs::path& path) {
  if (is_database_address(path.native())) return without_password(path.native());
  const auto whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace

SearchService::SearchService(const ServeConfig& config, const RunContext& context)
    : config_(config),
      context_(on_one_thread(context)),
      sources_{config.model,   config.library,   {}, {}, config.rank_by, OtherEvidence::show,
               config.rescore, config.references},
      searcher_(Searcher::open(sources_, context_)) {
  if (const auto& references = searcher_.parts().evidence_sources.references) {
    named_spectra_.emplace(references->shared_library(), references->rule());
  }
}

Json SearchService::library() const {
  const SearchParts& parts = searcher_.parts();
  Json json{{"program", fmt::format("specbridge {}", program_version())},
            {"ranked_by", to_string(parts.rank_by)},
            {"most_bytes", config_.most_bytes},
            {"most_spectra", config_.most_spectra},
            {"seconds", config_.patience.count()},
            {"warning", ""}};
  if (parts.library) {
    json["library"] = folder_name(*config_.library);
    json["molecules"] = parts.library->molecules();
    json["library_fingerprint"] = parts.library->fingerprint();
  }
  if (parts.references() != nullptr) {
    const SpectralLibrary& spectra = parts.references()->library();
    json["spectral_library"] = folder_name(config_.references->library);
    json["spectra"] = spectra.spectra();
    json["spectral_library_fingerprint"] = spectra.fingerprint();
  }
  if (parts.model) {
    json["model_fingerprint"] = parts.model->fingerprint();
    if (!warning_about(parts.model->training_data(), "").empty()) {
      json["warning"] =
          "the model was trained on simulated spectra: its answers are a demonstration";
    }
  }
  if (parts.first_answers) json["absent"] = parts.model->calibration()->absent;
  return json;
}

ServiceAnswer SearchService::search(const SearchRequest& request) const {
  std::optional<PrivateFolder> folder;
  const auto words = [&](const Error& error) {
    return folder ? without_folder(error.what(), folder->path() / "asked")
                  : std::string(error.what());
  };
  try {
    folder.emplace();
    return answer(request, folder->path());
  } catch (const Interrupted&) {
    throw;
  } catch (const UsageError& error) {
    return refusal(400, words(error));
  } catch (const InputError& error) {
    return refusal(422, words(error));
  } catch (const Error& error) {  // of our own files: clients learn no paths
    ServiceAnswer answer = refusal(500, "our fault; the log of the service says more");
    answer.error = error.what();
    return answer;
  }
}

ServiceAnswer SearchService::answer(const SearchRequest& request, const fs::path& folder) const {
  RequestReporter reporter(request);
  RunContext context = context_;
  context.reporter = &reporter;
  context.interrupt = request.stop;
  auto [config, shown, name, as_table] = asked_search(request.options);
  // A folder for each: the name of the spectra may be any.
  fs::create_directory(folder / "asked");
  const fs::path spectra = folder / "asked" / name, hits = folder / "hits.tsv";
  write_file(spectra, request.spectra);
  constexpr std::size_t kUnpacked = 8;  // times as large as a request may be
  if (is_larger(spectra, kUnpacked * config_.most_bytes, context)) {
    return refusal(413, "larger than this service takes, once it is unpacked");
  }
  const auto records = records_of({{spectra}, config.format}, context, config_.most_spectra);
  if (records.size() > config_.most_spectra) {
    return refusal(413, fmt::format("more than {}, which is what this service takes at a time",
                                    counted(config_.most_spectra, "spectrum", "spectra")));
  }
  config.spectra = {spectra};
  config.out = hits;
  const CandidateChoice choice = config.sources.choice;
  config.sources = sources_;
  config.sources.choice = choice;
  const Searcher searcher = with_choice(searcher_, config.sources, context);
  search_with(searcher, config, context);
  ServiceAnswer answer{200, "application/json", {}, records.size()};
  if (as_table) {
    answer.type = type_of(config.hits_format.value_or(HitsFormat::tsv));
    answer.body = without_folder(read_file(hits), spectra.parent_path());
  } else {
    answer.body = without_folder(page_data(config, records, shown, context), spectra.parent_path());
  }
  return answer;
}

std::string SearchService::page_data(const SearchConfig& config,
                                     const std::vector<TruthRecord>& records, std::size_t shown,
                                     const RunContext& context) const {
  const FragmentModel* model = searcher_.parts().evidence_sources.fragments.get();
  const auto listed = read_listed_answers(config.out, records, {shown, {}, ListedCells::keep});
  Json queries = Json::array();
  PartsBlock details;
  const AnswerView view{listed.columns, model, named_spectra_ ? &*named_spectra_ : nullptr};
  for_each_listed({config.spectra, config.format}, listed, context, [&](const auto& some) {
    for (auto& query : shown_queries(some, view, context)) {
      query.entry["file"] = "";
      queries.push_back(std::move(query.entry));
      details.add(query.parts);
    }
  });
  Json run = library();
  run["score"] = model != nullptr ? "fragments" : "fixed";
  run["top"] = shown;
  run["columns"] = listed.columns;
  return fmt::format("{{\"details\":{},\"queries\":{},\"run\":{}}}\n", details.text(),
                     compact(queries), compact(run));
}

}  // namespace specbridge
