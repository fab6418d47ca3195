#include "page/page_assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace specbridge {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PageAssets, AskForNoOtherFile) {
  for (const auto text : {page_css(), page_js(), hits_html(), spectrum_js(), structure_js()}) {
    for (const auto* words : {"http:", "https:", "url(", "@import", "import ", "fetch("}) {
      // The name of SVG's elements is an address that nobody asks for.
      const std::string_view svg = "http://www.w3.org/2000/svg";
      std::string rest(text);
      if (const auto at = rest.find(svg); at != std::string::npos) rest.erase(at, svg.size());
      EXPECT_THAT(rest, Not(HasSubstr(words)));
    }
  }
}

TEST(PageAssets, HaveEachPlaceOfTheFrameOnce) {
  const std::string page(hits_html());
  for (const auto* place : {"@@STYLE@@", "@@BLOCKS@@", "@@DATA@@", "@@COMMON@@", "@@STRUCTURE@@",
                            "@@SPECTRUM@@", "@@READING@@", "@@SCRIPT@@"}) {
    const auto at = page.find(place);
    ASSERT_NE(at, std::string::npos) << place;
    EXPECT_EQ(page.find(place, at + 1), std::string::npos) << place;
  }
}

TEST(PageAssets, EndNoScriptWithinAScript) {
  for (const auto text : {page_js(), hits_data_js(), hits_js(), spectrum_js(), structure_js()}) {
    EXPECT_THAT(std::string(text), Not(HasSubstr("</script")));
    EXPECT_THAT(std::string(text), Not(HasSubstr("@@")));
  }
}

}  // namespace
}  // namespace specbridge
