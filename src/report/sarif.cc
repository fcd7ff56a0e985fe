// SARIF 2.1.0, the form of findings that code hosts show beside the code.
#include <fmt/format.h>

#include <algorithm>

#include <pipexpr/version.h>

#include "base/char_class.h"
#include "base/json_writer.h"
#include "report/finding_text.h"

namespace pipexpr::report {
namespace {

// Where the pages of the rules are; reserved for examples, as this project has no home of its own yet.
constexpr std::string_view kHome = "https://pipexpr.example";

// A relative path as a URI reference.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = base::is_alphanumeric(c) || std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void text(base::JsonWriter& json, std::string_view key, std::string_view value) {
  json.key(key);
  json.StartObject();
  json.member("text", value);
  json.EndObject();
}

void region(base::JsonWriter& json, std::string_view key, const LineIndex& source, SourceSpan span) {
  json.key(key);
  json.StartObject();
  const auto begin = source.locate(span.offset, ColumnUnit::code_points);
  const auto end = source.locate(span.end(), ColumnUnit::code_points);
  json.member("startLine", begin.line);
  json.member("startColumn", begin.column);
  json.member("endLine", end.line);
  json.member("endColumn", end.column);
  json.EndObject();
}

void artifact(base::JsonWriter& json, std::string_view name) {
  json.key("artifactLocation");
  json.StartObject();
  json.member("uri", uri_of(name));
  json.EndObject();
}

// A file, or the part of it that `span` is.
void physical_location(base::JsonWriter& json, std::string_view name, const LineIndex* source = nullptr,
                       SourceSpan span = {}) {
  json.key("physicalLocation");
  json.StartObject();
  artifact(json, name);
  if (source != nullptr) region(json, "region", *source, span);
  json.EndObject();
}

// HalfDayHour, as the names of SARIF's rules are.
std::string pascal_case(std::string_view name) {
  std::string out;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') out += begins ? base::to_upper(c) : c;
    begins = c == '_';
  }
  return out;
}

std::string_view tag_of(Rule rule) {
  constexpr std::string_view kTags[] = {"expression", "values", "names",    "fields", "parameters",
                                        "graph",      "limits", "security", "dates"};
  return kTags[rule_id(rule)[1] - '1'];
}

void rules(base::JsonWriter& json) {
  json.key("rules");
  json.StartArray();
  for (const Rule rule : pipexpr::rules()) {
    json.StartObject();
    json.member("id", rule_id(rule));
    json.member("name", pascal_case(rule_name(rule)));
    text(json, "shortDescription", rule_description(rule));
    text(json, "fullDescription", rule_description(rule));
    const std::string page = fmt::format("{}/{}", kHome, rule_page(rule));
    json.key("help");
    json.StartObject();
    json.member("text", fmt::format("{} See {}.", rule_description(rule), page));
    json.member("markdown", fmt::format("{} See [{}]({}).", rule_description(rule), rule_id(rule), page));
    json.EndObject();
    json.member("helpUri", page);
    json.key("defaultConfiguration");
    json.StartObject();
    json.member("level", severity_name(rule_severity(rule)));
    json.EndObject();
    json.key("properties");
    json.StartObject();
    json.member("precision", rule_certainty(rule) == Certainty::certain ? "very-high" : "high");
    json.member("problem.severity", severity_name(rule_severity(rule)));
    json.member("evidence", rule_evidence(rule));
    json.key("tags");
    json.StartArray();
    json.text(tag_of(rule));
    json.EndArray();
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

void location(base::JsonWriter& json, const CheckedFile& file, const LineIndex& source, const Finding& finding) {
  json.StartObject();
  physical_location(json, file.name, &source, finding.span);
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

void fix(base::JsonWriter& json, const CheckedFile& file, const LineIndex& source, const Fix& fix) {
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

// What stays the same when lines are added above.
void fingerprint(base::JsonWriter& json, const Finding& finding) {
  json.key("partialFingerprints");
  json.StartObject();
  json.member("rule/object/field", fmt::format("{}/{}/{}", rule_id(finding.rule), finding.object, finding.field));
  json.EndObject();
}

// Whether everything that was to be checked could be, and what could not.
void invocation(base::JsonWriter& json, const std::vector<CheckedFile>& files) {
  const bool good =
      std::all_of(files.begin(), files.end(), [](const CheckedFile& file) { return file.problem.empty(); });
  json.key("invocations");
  json.StartArray();
  json.StartObject();
  json.key("executionSuccessful");
  json.Bool(good && !files.empty());
  json.key("toolExecutionNotifications");
  json.StartArray();
  const auto notification = [&](std::string_view message) {
    json.StartObject();
    json.member("level", "error");
    text(json, "message", message);
  };
  if (files.empty()) {
    notification("nothing was checked: no file is a definition");
    json.EndObject();
  }
  for (const CheckedFile& file : files) {
    if (file.problem.empty()) continue;
    notification(fmt::format("'{}' cannot be read: {}", file.name, file.problem));
    json.key("locations");
    json.StartArray();
    json.StartObject();
    physical_location(json, file.name);
    json.EndObject();
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

void result(base::JsonWriter& json, const CheckedFile& file, const LineIndex& source, const Finding& finding) {
  json.StartObject();
  json.member("ruleId", rule_id(finding.rule));
  json.member("ruleIndex", static_cast<std::uint64_t>(finding.rule));
  json.member("level", severity_name(finding.severity));
  text(json, "message", shown_message(finding));
  json.key("locations");
  json.StartArray();
  location(json, file, source, finding);
  json.EndArray();
  if (!finding.related.empty()) {
    json.key("relatedLocations");
    json.StartArray();
    for (const RelatedLocation& other : finding.related) {
      json.StartObject();
      physical_location(json, file.name, &source, other.span);
      text(json, "message", "the same cause");
      json.EndObject();
    }
    json.EndArray();
  }
  fingerprint(json, finding);
  if (finding.fix) fix(json, file, source, *finding.fix);
  json.EndObject();
}

}  // namespace

std::string findings_as_sarif(const std::vector<CheckedFile>& files) {
  base::JsonWriter json;
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
  json.member("semanticVersion", PIPEXPR_VERSION_STRING);
  json.member("informationUri", kHome);
  rules(json);
  json.EndObject();
  json.EndObject();
  json.member("columnKind", "unicodeCodePoints");
  invocation(json, files);
  json.key("results");
  json.StartArray();
  for (const CheckedFile& file : files) {
    const LineIndex source(file.json);  // SARIF counts characters, not bytes
    for (const Finding& finding : file.findings) result(json, file, source, finding);
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return std::string(json.view()) + "\n";
}

}  // namespace pipexpr::report
