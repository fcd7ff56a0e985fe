// Places of the protocol, which counts lines and columns from 0, and those of the text.
#include "lsp/question.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"

namespace pipexpr::lsp {
namespace {

// Counted from 1; a number that is none, or too large, is as far as it goes.
std::uint32_t counted_from_one(View number) {
  constexpr std::int64_t kMax = std::numeric_limits<std::uint32_t>::max() - 1;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number.integer().value_or(0), 0, kMax)) + 1;
}

}  // namespace

std::size_t offset_of(View position, const LineIndex& lines, ColumnUnit unit) {
  return lines.offset({counted_from_one(position["line"]), counted_from_one(position["character"])}, unit);
}

SourceSpan Question::span(View range) const {
  if (!range.is_object()) return {0, static_cast<std::uint32_t>(document.text().size())};
  const LineIndex& lines = document.lines();
  const auto [begin, end] =
      std::minmax({offset_of(range["start"], lines, client.unit), offset_of(range["end"], lines, client.unit)});
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
}

void Question::position(JsonWriter& json, std::size_t offset) const {
  const SourceLocation at = document.lines().locate(offset, client.unit);
  json.StartObject();
  json.member("line", std::uint64_t{at.line - 1});
  json.member("character", std::uint64_t{at.column - 1});
  json.EndObject();
}

void Question::range(JsonWriter& json, SourceSpan span) const {
  json.StartObject();
  json.key("start");
  position(json, span.offset);
  json.key("end");
  position(json, span.end());
  json.EndObject();
}

void Question::workspace_edit(JsonWriter& json, const std::vector<TextEdit>& edits) const {
  json.StartObject();
  json.key("changes");
  json.StartObject();
  json.key(uri);
  json.StartArray();
  for (const TextEdit& edit : edits) {
    json.StartObject();
    json.key("range");
    range(json, edit.span);
    json.member("newText", edit.text);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

std::string short_line(std::string_view text, std::size_t max_bytes) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_begin = !base::continues_utf8(text[i]);
    if (is_begin && line.size() + 4 > max_bytes) return line + "...";
    line += static_cast<unsigned char>(text[i]) < 0x20 ? ' ' : text[i];
  }
  return line;
}

}  // namespace pipexpr::lsp
