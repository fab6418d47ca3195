#include "specbridge/render.h"

#include <fmt/format.h>

#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "ms/electron/peak_words.h"
#include "ms/input_files.h"
#include "ms/preprocess.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/status.h"
#include "store/output_place.h"
#include "store/output_table.h"

namespace specbridge {
namespace {

TextRendering rules_of(const RenderConfig& config) {
  TextRendering rules = parse_text_rendering(config.preset);
  if (config.least) rules.least = *config.least;
  if (config.peaks) rules.peaks = *config.peaks;
  if (config.unit_mass) rules.unit_mass = *config.unit_mass;
  return rules;
}

std::string row_of_text(const Query& query, const TextRendering& rules) {
  const Status status = query.refusal ? query.refusal->status : Status::ok;
  return fmt::format("{}\t{}\t{}\t{}\t{}\n", one_line(query.name.id), query.name.index,
                     query.refusal ? "" : rendered(query.spectrum.peaks, rules), to_string(status),
                     query.refusal ? one_line(query.refusal->message) : "");
}

}  // namespace

RenderReport run_render(const RenderConfig& config, const RunContext& context) {
  const TextRendering rules = rules_of(config);
  check_table_name(config.out);
  claim_outputs({{config.out, config.existing}}, config.spectra, context);
  const auto files = files_of({config.spectra, config.format}, context);
  QueryStream stream(files, config.format, {{}, refusal_of_peaks});
  OutputTable table(config.out, config.existing, context);
  table.write("query_id\tquery_index\ttext\tstatus\tmessage\n");
  RenderReport report;
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    for (const Query& query : queries) {
      table.write(row_of_text(query, rules));
      ++report.queries;
      if (query.refusal) {
        ++report.without[std::string(to_string(query.refusal->status))];
      } else {
        ++report.rendered;
      }
    }
    context.progress("writing texts", report.queries, 0);
  });
  if (report.queries == 0) throw nothing_read(stream, config.spectra.front());
  table.finish();
  return report;
}

std::string to_json(const RenderReport& report) {
  return pretty(
      {{"queries", report.queries}, {"rendered", report.rendered}, {"without", report.without}});
}

}  // namespace specbridge
