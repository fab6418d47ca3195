#include "pipeline/page/hits_page.h"

#include "page/page_assets.h"
#include "page/page_text.h"
#include "store/encoded/gzip_base64.h"

namespace specbridge {
namespace {

constexpr std::size_t kQueriesOfBlock = 40;  // src/page/assets/hits_data.js reads it from the page
constexpr std::string_view kBlocks = "@@BLOCKS@@";

/// The page without what is of one search alone.
std::string frame() {
  std::string page(hits_html());
  fill_place(page, "@@SCRIPT@@", hits_js());
  fill_place(page, "@@READING@@", hits_data_js());
  fill_place(page, "@@SPECTRUM@@", spectrum_js());
  fill_place(page, "@@STRUCTURE@@", structure_js());
  fill_place(page, "@@COMMON@@", page_js());
  fill_place(page, "@@SECTIONS@@", hits_sections());
  fill_place(page, "@@STYLE@@", page_css());
  return page;
}

}  // namespace

HitsPage::HitsPage(const std::filesystem::path& out, Existing existing, const RunContext& context)
    : file_(out, existing, context) {
  const std::string page = frame();
  const auto blocks = page.find(kBlocks);
  rest_ = page.substr(blocks + kBlocks.size());
  write(std::string_view(page).substr(0, blocks));
}

void HitsPage::write(std::string_view text) {
  file_.write(text);
  bytes_ += text.size();
}

void HitsPage::write_block() {
  if (block_.size() == 0) return;
  write("<script type=\"text/plain\" class=\"block\">" + gzip_base64(block_.text()) +
        "</script>\n");
  block_ = {};
}

void HitsPage::add(const Json& entry, const QueryParts& parts) {
  list_.push_back(entry);
  block_.add(parts);
  if (block_.size() == kQueriesOfBlock) write_block();
}

std::size_t HitsPage::finish(const Json& run) {
  write_block();
  const Json data{{"run", run}, {"queries", list_}, {"in_block", kQueriesOfBlock}};
  fill_place(rest_, "@@DATA@@", inside_script(compact(data)));
  write(rest_);
  file_.commit();
  return bytes_;
}

}  // namespace specbridge
