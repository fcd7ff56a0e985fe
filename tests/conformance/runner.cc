// Checks the rows of one file, and rewrites expectations when asked to.
#include <cstdlib>
#include <fstream>

#include "../catch.h"
#include "runner.h"

namespace conformance {
namespace {

// One spelling for each expectation: escapes as encode() writes them.
std::string normal(const std::string& want) {
  const std::size_t blank = std::min(want.find(' '), want.size());
  const std::size_t text = std::min(want.find_first_not_of(' ', blank), want.size());
  return want.substr(0, blank) + " " + encode(decode(want.substr(text)));
}

bool matches(const std::string& want, const std::string& got) {
  const std::string wanted = normal(want);
  if (wanted == got) return true;
  // "=>" accepts every kind.
  return wanted.starts_with("=> ") && got.starts_with("=") && wanted.substr(2) == got.substr(got.find('>') + 1);
}

bool matches(const Row& row, const std::vector<std::string>& got) {
  if (row.want.size() != got.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!matches(row.want[i], got[i])) return false;
  return true;
}

// Only the codes agree: "!! E103" and "!! E103 5+1 ...".
bool same_codes(const Row& row, const std::vector<std::string>& got) {
  if (row.want.size() != got.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!got[i].starts_with("!! ") || row.want[i].substr(0, 7) != got[i].substr(0, 7)) return false;
  return true;
}

std::string shorten(const std::string& text) {
  constexpr std::size_t kMaxShown = 600;
  return text.size() <= kMaxShown ? text
                                  : text.substr(0, kMaxShown) + "... (" + std::to_string(text.size()) + " bytes)";
}

std::string list(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "\n    " + shorten(line);
  return out;
}

// The row with another expectation: on one line when that is short.
std::vector<std::string> rewritten(const Row& row, const std::vector<std::string>& got) {
  constexpr std::size_t kWidest = 118;
  std::string head = row.head;
  std::vector<std::string> lines;
  if (got.size() == 1 && head.size() + got[0].size() <= kWidest) {
    if (!head.empty() && head.back() != ' ') head += "  ";
    lines.push_back(head + got[0]);
  } else {
    head.erase(head.find_last_not_of(' ') + 1);
    lines.push_back(head);
    for (const std::string& line : got) lines.push_back("    " + line);
  }
  return lines;
}

}  // namespace

void check_rows(const File& file, const std::string& path) {
  for (const std::string& error : file.errors) FAIL_CHECK(error);
  REQUIRE_FALSE(file.rows.empty());
  const char* update = std::getenv("PIPEXPR_UPDATE");
  std::map<std::size_t, std::pair<std::size_t, std::vector<std::string>>> changes;  // line -> lines it takes, new ones
  for (const Row& row : file.rows) {
    const std::vector<std::string> got = outcome(row);
    if (matches(row, got)) continue;
    const bool agrees = got.back().substr(0, 2) != "--";
    if (update != nullptr && agrees && (std::string_view(update) == "all" || same_codes(row, got))) {
      changes[row.line] = {row.lines, rewritten(row, got)};
      continue;
    }
    FAIL_CHECK(file.name << ":" << row.line << ": " << shorten(row.source) << "\n  want" << list(row.want) << "\n  got"
                         << list(got));
  }
  SUCCEED(std::to_string(file.rows.size()) + " rows");
  if (changes.empty()) return;
  std::ofstream stream(path, std::ios::binary);
  for (std::size_t i = 1; i <= file.lines.size(); ++i) {
    const auto change = changes.find(i);
    if (change == changes.end()) {
      stream << file.lines[i - 1] << "\n";
      continue;
    }
    for (const std::string& line : change->second.second) stream << line << "\n";
    i += change->second.first - 1;
  }
  WARN(file.name << ": " << changes.size() << " expectations rewritten; read them");
}

void check_file(const std::string& name) {
  const std::string folder = PIPEXPR_CONFORMANCE_DIR;
  const std::string path = folder + "/" + name;
  check_rows(read_rows(name, read_text(path), folder), path);
}

}  // namespace conformance
