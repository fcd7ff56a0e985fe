#include "cli/output/finding_text.h"

#include <algorithm>

#include "cli/output/line_cursor.h"
#include "cli/output/json_output.h"

namespace cli {
namespace {

// As much of the line on both sides of a finding as its picture can show.
constexpr std::size_t kAround = 256;

}  // namespace

std::string_view severity_word(pipexpr::Severity severity) {
  return severity == pipexpr::Severity::error ? "error" : severity == pipexpr::Severity::warning ? "warning" : "note";
}

std::string findings_as_text(const std::vector<CheckedFile>& files, bool color) {
  std::string out;
  for (const CheckedFile& file : files) {
    Cursor cursor(file.json);
    for (const pipexpr::Finding& finding : file.findings) {
      const std::size_t at = std::min<std::size_t>(finding.span.offset, file.json.size());
      cursor.move_to(at);
      const std::size_t begin = at - std::min(at - cursor.line_start(), kAround);
      pipexpr::Finding shown = finding;
      shown.span.offset = static_cast<std::uint32_t>(at - begin);
      out += pipexpr::render(shown, {.source_name = file.name,
                                     .source = std::string_view(file.json).substr(begin, at - begin + kAround),
                                     .color = color,
                                     .first_line = static_cast<std::uint32_t>(cursor.line()),
                                     .first_column = static_cast<std::uint32_t>(begin - cursor.line_start() + 1)});
    }
  }
  return out;
}

std::string findings_as_json(const std::vector<CheckedFile>& files) {
  Json json;
  json.StartObject();
  json.key("findings");
  json.StartArray();
  for (const CheckedFile& file : files) {
    Cursor cursor(file.json);
    for (const pipexpr::Finding& finding : file.findings) {
      cursor.move_to(finding.span.offset);
      json.StartObject();
      json.member("file", file.name);
      json.member("line", cursor.line());
      json.member("column", cursor.column());
      json.member("offset", finding.span.offset);
      json.member("length", finding.span.length);
      json.member("rule", pipexpr::rule_id(finding.rule));
      json.member("name", pipexpr::rule_name(finding.rule));
      json.member("severity", severity_word(finding.severity));
      if (!finding.object.empty()) json.member("object", finding.object);
      if (!finding.field.empty()) json.member("field", finding.field);
      json.member("message", finding.message);
      if (finding.fix) {
        json.key("fix");
        json.StartObject();
        json.member("title", finding.fix->title);
        json.member("offset", finding.fix->span.offset);
        json.member("length", finding.fix->span.length);
        json.member("replacement", finding.fix->replacement);
        json.key("safe");
        json.Bool(finding.fix->safe);
        json.EndObject();
      }
      json.EndObject();
    }
  }
  json.EndArray();
  json.EndObject();
  return std::string(json.view()) + "\n";
}

}  // namespace cli
