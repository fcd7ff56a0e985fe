// The examples of docs/language.md: blocks that open with ```pipexpr are conformance rows.
#include "../catch.h"
#include "runner.h"

namespace {

// The page with everything blanked but the blocks, so that line numbers stay right. Each block is a section,
// and the page's first line, its title, becomes the stage of all of them.
std::string blocks(std::string_view page) {
  std::string out;
  bool inside = false;
  for (bool first = true; !page.empty(); first = false) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (first) {
      out += "%use example";
    } else if (line.starts_with("```")) {
      inside = !inside && line == "```pipexpr";
      if (inside) out += "== block";
    } else if (inside) {
      out += line;
    }
    out += '\n';
  }
  return out;
}

TEST_CASE("conformance: examples of docs/language.md") {
  const std::string path = std::string(PIPEXPR_DOCS_DIR) + "/language.md";
  const std::string page = conformance::read_text(path);
  REQUIRE_FALSE(page.empty());
  conformance::File file = conformance::read_rows("docs/language.md", blocks(page), PIPEXPR_CONFORMANCE_DIR);
  REQUIRE(file.rows.size() >= 60);
  file.lines = conformance::split_lines(page);  // what an update keeps
  conformance::check_rows(file, path);
}

}  // namespace
