// Implements the JSON of a finding.
#include <pipexpr/json.h>

#include "base/json_writer.h"

namespace pipexpr {
namespace {

void write_place(base::JsonWriter& json, SourceSpan span, const LineIndex& lines) {
  const SourceLocation place = lines.locate(span.offset);
  json.member("line", place.line);
  json.member("column", place.column);
  json.member("offset", span.offset);
  json.member("length", span.length);
}

void write_fix(base::JsonWriter& json, const std::optional<Fix>& fix) {
  if (!fix) return;
  json.key("fix");
  json.StartObject();
  json.member("title", fix->title);
  json.member("offset", fix->span.offset);
  json.member("length", fix->span.length);
  json.member("replacement", fix->replacement);
  json.member("tier", fix_tier_name(fix->tier));
  json.key("safe");
  json.Bool(fix->tier == FixTier::safe);
  json.EndObject();
}

}  // namespace

std::string to_json(const Finding& finding, const LineIndex& lines, std::string_view file) {
  base::JsonWriter json;
  json.StartObject();
  if (!file.empty()) json.member("file", file);
  write_place(json, finding.span, lines);
  json.member("rule", rule_id(finding.rule));
  json.member("name", rule_name(finding.rule));
  json.member("severity", severity_name(finding.severity));
  if (!finding.object.empty()) json.member("object", finding.object);
  if (!finding.field.empty()) json.member("field", finding.field);
  json.member("message", finding.message);
  json.member("certainty", certainty_name(finding.certainty));
  json.member("evidence", rule_evidence(finding.rule));
  write_fix(json, finding.fix);
  if (!finding.related.empty()) {
    json.key("others");
    json.StartArray();
    for (const RelatedLocation& other : finding.related) {
      json.StartObject();
      write_place(json, other.span, lines);
      if (!other.object.empty()) json.member("object", other.object);
      if (!other.field.empty()) json.member("field", other.field);
      write_fix(json, other.fix);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  return std::string(json.view());
}

std::string to_json(const Findings& findings, const LineIndex& lines, std::string_view file) {
  base::JsonWriter json;
  json.StartArray();
  for (const Finding& finding : findings) json.json(to_json(finding, lines, file));
  json.EndArray();
  return std::string(json.view());
}

}  // namespace pipexpr
