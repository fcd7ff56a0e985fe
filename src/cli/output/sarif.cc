// SARIF 2.1.0, the form of findings that code hosts show beside the code.
#include <fmt/format.h>

#include <pipexpr/version.h>

#include "cli/output/finding_text.h"
#include "cli/output/json_output.h"

namespace cli {
namespace {

// A relative path as a URI reference.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void text(Json& json, std::string_view key, std::string_view value) {
  json.key(key);
  json.StartObject();
  json.member("text", value);
  json.EndObject();
}

void region(Json& json, std::string_view key, const pipexpr::LineIndex& source, pipexpr::SourceSpan span) {
  json.key(key);
  json.StartObject();
  const auto begin = source.locate(span.offset, pipexpr::ColumnUnit::code_points);
  const auto end = source.locate(span.end(), pipexpr::ColumnUnit::code_points);
  json.member("startLine", begin.line);
  json.member("startColumn", begin.column);
  json.member("endLine", end.line);
  json.member("endColumn", end.column);
  json.EndObject();
}

void artifact(Json& json, std::string_view name) {
  json.key("artifactLocation");
  json.StartObject();
  json.member("uri", uri_of(name));
  json.EndObject();
}

void rules(Json& json) {
  json.key("rules");
  json.StartArray();
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    json.StartObject();
    json.member("id", pipexpr::rule_id(rule));
    json.member("name", pipexpr::rule_name(rule));
    text(json, "shortDescription", pipexpr::rule_description(rule));
    text(json, "help", fmt::format("{} See {}.", pipexpr::rule_description(rule), pipexpr::rule_page(rule)));
    json.key("defaultConfiguration");
    json.StartObject();
    json.member("level", severity_word(pipexpr::rule_severity(rule)));
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

void location(Json& json, const CheckedFile& file, const pipexpr::LineIndex& source, const pipexpr::Finding& finding) {
  json.StartObject();
  json.key("physicalLocation");
  json.StartObject();
  artifact(json, file.name);
  region(json, "region", source, finding.span);
  json.EndObject();
  const std::string name = finding.object.empty()  ? finding.field
                           : finding.field.empty() ? finding.object
                                                   : finding.object + "." + finding.field;
  if (!name.empty()) {
    json.key("logicalLocations");
    json.StartArray();
    json.StartObject();
    json.member("fullyQualifiedName", name);
    json.EndObject();
    json.EndArray();
  }
  json.EndObject();
}

void fix(Json& json, const CheckedFile& file, const pipexpr::LineIndex& source, const pipexpr::Fix& fix) {
  json.key("fixes");
  json.StartArray();
  json.StartObject();
  text(json, "description", fix.title);
  json.key("artifactChanges");
  json.StartArray();
  json.StartObject();
  artifact(json, file.name);
  json.key("replacements");
  json.StartArray();
  json.StartObject();
  region(json, "deletedRegion", source, fix.span);
  text(json, "insertedContent", fix.replacement);
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

void result(Json& json, const CheckedFile& file, const pipexpr::LineIndex& source, const pipexpr::Finding& finding) {
  json.StartObject();
  json.member("ruleId", pipexpr::rule_id(finding.rule));
  json.member("ruleIndex", static_cast<std::uint64_t>(finding.rule));
  json.member("level", severity_word(finding.severity));
  text(json, "message", finding.message);
  json.key("locations");
  json.StartArray();
  location(json, file, source, finding);
  json.EndArray();
  if (finding.fix) fix(json, file, source, *finding.fix);
  json.EndObject();
}

}  // namespace

std::string findings_as_sarif(const std::vector<CheckedFile>& files) {
  Json json;
  json.StartObject();
  json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  json.member("version", "2.1.0");
  json.key("runs");
  json.StartArray();
  json.StartObject();
  json.key("tool");
  json.StartObject();
  json.key("driver");
  json.StartObject();
  json.member("name", "pipexpr");
  json.member("version", PIPEXPR_VERSION_STRING);
  rules(json);
  json.EndObject();
  json.EndObject();
  json.member("columnKind", "unicodeCodePoints");
  json.key("results");
  json.StartArray();
  for (const CheckedFile& file : files) {
    const pipexpr::LineIndex source(file.json);  // SARIF counts characters, not bytes
    for (const pipexpr::Finding& finding : file.findings) result(json, file, source, finding);
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return std::string(json.view()) + "\n";
}

}  // namespace cli
