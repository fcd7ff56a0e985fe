// Files that are no text of any form of a definition, told by how they begin.
#include "forms/file_kind.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::forms {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view begin, what;
};

constexpr std::string_view kUtf16 =
    "text in UTF-16: write what 'iconv -f UTF-16 -t UTF-8' makes of it into a file, and give that";

constexpr Kind kKinds[] = {
    {"PK\x03\x04", "a ZIP archive: unpack it, and give the definition in it"},
    {"\x1F\x8B", "a file compressed with gzip: write what 'gunzip -c' prints into a file, and give that"},
    {"BZh", "a file compressed with bzip2: write what 'bunzip2 -c' prints into a file, and give that"},
    {"\x28\xB5\x2F\xFD", "a file compressed with Zstandard: write what 'zstd -dc' prints into a file, and give that"},
    {"\xFD"
     "7zXZ",
     "a file compressed with xz: write what 'xz -dc' prints into a file, and give that"},
    {"%PDF-", "a PDF document: give the JSON that it shows"},
    {"<", "HTML or XML: give the JSON that it shows, not the page"},
    {"#!", "a script: give the definition that it uploads"},
};

// The two bytes of a character below U+0080 in UTF-16, of which one is zero.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  return text.size() >= 4 && ((text[0] == '\0' && text[1] != '\0' && text[2] == '\0' && text[3] != '\0') ||
                              (text[0] != '\0' && text[1] == '\0' && text[2] != '\0' && text[3] == '\0'));
}

}  // namespace

std::string foreign_kind(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF", kBlanks = " \t\r\n";
  constexpr std::size_t kLooked = 4096;
  if (is_utf16(text)) return std::string(kUtf16);
  std::string_view rest = text;
  if (rest.starts_with(kMark)) rest.remove_prefix(kMark.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  for (const Kind& kind : kKinds) {
    if (rest.starts_with(kind.begin)) return std::string(kind.what);
  }
  if (text.substr(0, kLooked).find('\0') != std::string_view::npos) return "a binary file";
  return "";
}

std::string ascii_of_utf16(std::string_view text) {
  if (!is_utf16(text)) return "";
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c > '\0' && c <= '\x7E'; });
  return out;
}

}  // namespace pipexpr::forms
