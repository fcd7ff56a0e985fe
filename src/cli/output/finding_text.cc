#include "cli/output/finding_text.h"

#include "cli/output/json_output.h"

namespace cli {
std::string_view severity_word(pipexpr::Severity severity) {
  return severity == pipexpr::Severity::error ? "error" : severity == pipexpr::Severity::warning ? "warning" : "note";
}

std::string findings_as_text(const std::vector<CheckedFile>& files, bool color) {
  std::string out;
  for (const CheckedFile& file : files) {
    const pipexpr::LineIndex lines(file.json);
    for (const pipexpr::Finding& finding : file.findings) {
      out += pipexpr::render(finding, {.source_name = file.name, .source = file.json, .color = color, .lines = &lines});
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
    const pipexpr::LineIndex lines(file.json);
    for (const pipexpr::Finding& finding : file.findings) {
      const pipexpr::SourceLocation place = lines.locate(finding.span.offset);
      json.StartObject();
      json.member("file", file.name);
      json.member("line", place.line);
      json.member("column", place.column);
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
