// Prints findings as text and as JSON.
#include "report/finding_text.h"

#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <pipexpr/json.h>

#include "base/json_writer.h"
#include "forms/load.h"

namespace pipexpr::report {
namespace {

std::string place_name(std::string_view object, std::string_view field) {
  return object.empty() || field.empty() ? fmt::format("{}{}", object, field) : fmt::format("{}.{}", object, field);
}

void text_of(const CheckedFile& file, std::string_view source, const LineIndex& lines, Severity severity, bool color,
             std::string& out) {
  for (const Finding& finding : file.findings) {
    if (finding.severity != severity) continue;
    Finding shown = finding;
    shown.message = shown_message(finding);
    out += render(shown, {.source_name = file.name, .source = source, .color = color, .lines = &lines});
  }
}

}  // namespace

std::string shown_message(const Finding& finding) {
  constexpr std::size_t kMaxPlaces = 3;
  // Such a message names all its parameters itself.
  const bool has_names = finding.rule == Rule::parameter_without_value || finding.rule == Rule::undeclared_value;
  if (finding.related.empty() || has_names) return finding.message;
  std::vector<std::string> places;
  std::unordered_set<std::string> known;  // a name may be wrong in every field of a large definition
  for (const RelatedLocation& other : finding.related) {
    std::string name = place_name(other.object, other.field);
    if (!known.insert(name).second || places.size() == kMaxPlaces) continue;
    places.push_back(std::move(name));
  }
  const std::size_t more = known.size() - places.size();
  return fmt::format("{}; also in {}{}", finding.message, fmt::join(places, ", "),
                     more == 0 ? "" : fmt::format(" and {} more {}", more, more == 1 ? "place" : "places"));
}

std::string findings_as_text(const std::vector<CheckedFile>& files, bool color) {
  std::vector<std::string> sources;  // no snippet shows a secret
  std::vector<LineIndex> lines;
  for (const CheckedFile& file : files) {
    sources.push_back(forms::cover_secrets(file.json, file.name));
    lines.emplace_back(file.json);
  }
  std::string out;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    for (std::size_t i = 0; i < files.size(); ++i) text_of(files[i], sources[i], lines[i], severity, color, out);
  }
  return out;
}

std::string findings_as_json(const std::vector<CheckedFile>& files) {
  base::JsonWriter json;
  json.StartObject();
  json.key("findings");
  json.StartArray();
  for (const CheckedFile& file : files) {
    const LineIndex lines(file.json);
    for (const Finding& finding : file.findings) json.json(to_json(finding, lines, file.name));
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

}  // namespace pipexpr::report
