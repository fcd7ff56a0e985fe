// Prints findings as text and as JSON.
#include "cli/output/finding_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output/json_output.h"

namespace cli {
std::string_view severity_word(pipexpr::Severity severity) {
  return severity == pipexpr::Severity::error ? "error" : severity == pipexpr::Severity::warning ? "warning" : "note";
}

namespace {

std::string place_name(std::string_view object, std::string_view field) {
  return object.empty() || field.empty() ? fmt::format("{}{}", object, field) : fmt::format("{}.{}", object, field);
}

void text_of(const CheckedFile& file, std::string_view source, const pipexpr::LineIndex& lines,
             pipexpr::Severity severity, bool color, std::string& out) {
  for (const pipexpr::Finding& finding : file.findings) {
    if (finding.severity != severity) continue;
    pipexpr::Finding shown = finding;
    shown.message = shown_message(finding);
    out += pipexpr::render(shown, {.source_name = file.name, .source = source, .color = color, .lines = &lines});
  }
}

}  // namespace

std::string shown_message(const pipexpr::Finding& finding) {
  constexpr std::size_t kMost = 3;
  if (finding.others.empty()) return finding.message;
  std::vector<std::string> places;
  for (const pipexpr::Occurrence& other : finding.others) {
    std::string name = place_name(other.object, other.field);
    if (std::find(places.begin(), places.end(), name) == places.end()) places.push_back(std::move(name));
  }
  const std::size_t more = places.size() - std::min(places.size(), kMost);
  if (more != 0) places.resize(kMost);
  return fmt::format("{}; also in {}{}", finding.message, fmt::join(places, ", "),
                     more == 0 ? "" : fmt::format(" and {} more {}", more, more == 1 ? "place" : "places"));
}

std::string findings_as_text(const std::vector<CheckedFile>& files, bool color) {
  std::vector<std::string> sources;  // no picture shows a secret
  std::vector<pipexpr::LineIndex> lines;
  for (const CheckedFile& file : files) {
    sources.push_back(pipexpr::cover_secrets(file.json));
    lines.emplace_back(file.json);
  }
  std::string out;
  for (const pipexpr::Severity severity :
       {pipexpr::Severity::error, pipexpr::Severity::warning, pipexpr::Severity::note}) {
    for (std::size_t i = 0; i < files.size(); ++i) text_of(files[i], sources[i], lines[i], severity, color, out);
  }
  return out;
}

namespace {

void fix_members(Json& json, const std::optional<pipexpr::Fix>& fix) {
  if (!fix) return;
  json.key("fix");
  json.StartObject();
  json.member("title", fix->title);
  json.member("offset", fix->span.offset);
  json.member("length", fix->span.length);
  json.member("replacement", fix->replacement);
  json.member("tier", pipexpr::fix_tier_name(fix->tier));
  json.key("safe");
  json.Bool(fix->tier == pipexpr::FixTier::safe);
  json.EndObject();
}

}  // namespace

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
      json.member("certainty", pipexpr::certainty_name(finding.certainty));
      json.member("evidence", pipexpr::rule_evidence(finding.rule));
      fix_members(json, finding.fix);
      if (!finding.others.empty()) {
        json.key("others");
        json.StartArray();
        for (const pipexpr::Occurrence& other : finding.others) {
          const pipexpr::SourceLocation at = lines.locate(other.span.offset);
          json.StartObject();
          json.member("line", at.line);
          json.member("column", at.column);
          json.member("offset", other.span.offset);
          json.member("length", other.span.length);
          if (!other.object.empty()) json.member("object", other.object);
          if (!other.field.empty()) json.member("field", other.field);
          fix_members(json, other.fix);
          json.EndObject();
        }
        json.EndArray();
      }
      json.EndObject();
    }
  }
  json.EndArray();
  json.key("files");
  json.StartArray();
  for (const CheckedFile& file : files) {
    json.StartObject();
    json.member("file", file.name);
    if (!file.problem.empty()) json.member("problem", file.problem);
    json.member("objects", file.objects);
    json.member("expressions", file.expressions);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return std::string(json.view()) + "\n";
}

}  // namespace cli
