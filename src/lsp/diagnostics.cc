// Findings as diagnostics, and their fixes as code actions.
#include "lsp/question.h"

namespace pipexpr::lsp {
namespace {

bool touches(SourceSpan a, SourceSpan b) { return a.offset <= b.end() && b.offset <= a.end(); }

void action(const Question& question, JsonWriter& json, const Fix& fix) {
  json.StartObject();
  json.member("title", fix.title);
  json.member("kind", "quickfix");
  json.key("isPreferred");
  json.Bool(fix.tier == FixTier::safe);
  json.key("edit");
  question.workspace_edit(json, {{fix.span, fix.replacement}});
  json.EndObject();
}

}  // namespace

void publish_diagnostics(const Question& question, JsonWriter& json) {
  json.StartObject();
  json.member("uri", question.uri);
  json.key("diagnostics");
  json.StartArray();
  const Findings& findings = question.document.findings();
  std::size_t left = question.options.max_items;
  for (const Finding& finding : findings) {
    if (left-- == 0) break;
    json.StartObject();
    json.key("range");
    question.range(json, finding.span);
    json.member("severity", static_cast<std::uint64_t>(finding.severity) + 1);
    json.member("code", rule_id(finding.rule));
    json.member("source", "pipexpr");
    json.member("message", question.values == nullptr ? finding.message : question.values->scrub(finding.message));
    if (!finding.related.empty()) {
      json.key("relatedInformation");
      json.StartArray();
      for (const RelatedLocation& other : finding.related) {
        json.StartObject();
        json.key("location");
        json.StartObject();
        json.member("uri", question.uri);
        json.key("range");
        question.range(json, other.span);
        json.EndObject();
        json.member("message", "here as well");
        json.EndObject();
      }
      json.EndArray();
    }
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void code_actions(const Question& question, JsonWriter& json) {
  const SourceSpan range = question.span(question.params["range"]);
  json.StartArray();
  for (const Finding& finding : question.document.findings()) {
    if (finding.fix && touches(finding.span, range)) action(question, json, *finding.fix);
    for (const RelatedLocation& other : finding.related) {
      if (other.fix && touches(other.span, range)) action(question, json, *other.fix);
    }
  }
  json.EndArray();
}

}  // namespace pipexpr::lsp
