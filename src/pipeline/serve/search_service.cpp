#include "pipeline/serve/search_service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pipeline/page/shown_queries.h"
#include "pipeline/search.h"
#include "pipeline/serve/asked_search.h"
#include "search/query_stream.h"
#include "search/search_parts.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
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
  return {status, "application/json",
          Json{{"error", why}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", 0};
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

/// How many spectra there are, as far as it matters. @throws InputError
std::size_t count_spectra(const fs::path& file, std::optional<SpectrumFormat> format,
                          std::size_t most, const RunContext& context) {
  QueryStream stream({file}, format);
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>&) {
    context.progress("reading spectra", stream.queries(), 0);
    if (stream.queries() > most) stream.stop();
  });
  return stream.queries();
}

}  // namespace

SearchService::SearchService(const ServeConfig& config, const RunContext& context)
    : config_(config),
      context_(context),
      sources_{config.model,        config.library, {}, {}, config.rank_by,
               OtherEvidence::show, config.rescore},
      searcher_(Searcher::open(sources_, context)),
      score_(open_explaining_score(config.model)) {}

Json SearchService::library() const {
  const SearchParts& parts = searcher_.parts();
  Json json{{"program", fmt::format("specbridge {}", program_version())},
            {"library", config_.library.filename().string()},
            {"molecules", parts.library->rows()},
            {"library_fingerprint", parts.library->fingerprint()},
            {"model_fingerprint", parts.model->fingerprint()},
            {"ranked_by", to_string(parts.rank_by)},
            {"most_bytes", config_.most_bytes},
            {"most_spectra", config_.most_spectra},
            {"seconds", config_.patience.count()},
            {"warning", score_.warning}};
  if (parts.first_answers) json["absent"] = parts.model->calibration()->absent;
  return json;
}

ServiceAnswer SearchService::search(const SearchRequest& request) const {
  const PrivateFolder folder;
  const auto words = [&](const Error& error) {
    return without_folder(error.what(), folder.path());
  };
  try {
    return answer(request, folder.path());
  } catch (const Interrupted&) {
    throw;
  } catch (const UsageError& error) {
    return refusal(400, words(error));
  } catch (const InputError& error) {
    return refusal(422, words(error));
  } catch (const ResourceError& error) {
    return refusal(503, words(error));
  } catch (const Error& error) {
    return refusal(500, words(error));
  }
}

ServiceAnswer SearchService::answer(const SearchRequest& request, const fs::path& folder) const {
  RequestReporter reporter(request);
  RunContext context = context_;
  context.reporter = &reporter;
  context.interrupt = request.stop;
  context.threads = 1;  // requests run beside each other
  auto [config, shown, as_table] = asked_search(request.options);
  const fs::path spectra = folder / "spectra", hits = folder / "hits.tsv";
  write_file(spectra, request.spectra);
  const auto count = count_spectra(spectra, config.format, config_.most_spectra, context);
  if (count > config_.most_spectra) {
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
  if (as_table) {
    return {200, std::string(type_of(config.hits_format.value_or(HitsFormat::tsv))),
            without_folder(read_file(hits), folder), count};
  }
  const Json data = page_data(hits, spectra, shown, context);
  return {200, "application/json",
          without_folder(data.dump(-1, ' ', false, Json::error_handler_t::replace), folder) + "\n",
          count};
}

Json SearchService::page_data(const fs::path& hits, const fs::path& spectra, std::size_t shown,
                              const RunContext& context) const {
  const SearchedSpectra searched{{spectra}, {}};
  const auto records = records_of(searched, context);
  const auto listed = read_listed_answers(hits, records, {shown, {}, ListedCells::keep});
  Json queries = Json::array(), details = Json::object();
  for_each_listed(searched, listed, context, [&](std::span<const ListedQuery> some) {
    for (auto& query : shown_queries(some, listed.columns, score_.learned.get(), context)) {
      query.entry["file"] = "";
      queries.push_back(std::move(query.entry));
      for (const auto& [name, part] : query.parts) details[name].push_back(Json::parse(part));
    }
  });
  Json run = library();
  run["score"] = score_.learned ? "fragments" : "fixed";
  run["top"] = shown;
  run["columns"] = listed.columns;
  return {
      {"run", std::move(run)}, {"queries", std::move(queries)}, {"details", std::move(details)}};
}

}  // namespace specbridge
