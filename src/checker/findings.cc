// Collects findings and gives each its place in the JSON text.
#include "checker/findings.h"
#include "base/char_class.h"
#include "base/json_escape.h"
#include "base/secret_mask.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <pipexpr/field.h>

#include "definition/json_document.h"

namespace pipexpr::checker {

bool Report::wants(Rule rule) const {
  const auto has = [rule](const std::vector<Rule>& rules) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  return (options_.only.empty() || has(options_.only)) && !has(options_.ignore);
}

void Report::add_span(Rule rule, SourceSpan span, std::string object, std::string field, std::string message) {
  if (!wants(rule)) return;
  findings_.push_back({.rule = rule,
                       .severity = rule_severity(rule),
                       .message = std::move(message),
                       .span = span,
                       .object = std::move(object),
                       .field = std::move(field),
                       .certainty = rule_certainty(rule)});
}

// What graph_.span answers, without reading a long text with escapes from its beginning for each of its findings.
SourceSpan Report::span_of(const Place& place, SourceSpan part, Anchor& last) const {
  constexpr std::uint32_t kLong = 1024;
  if (part.offset < kLong || graph_.origin() != nullptr)
    return graph_.span(place.object, place.field, place.item, part);
  const bool same = last.place.object == place.object && last.place.field == place.field &&
                    last.place.item == place.item && last.decoded <= part.offset && last.decoded != 0;
  const std::string_view json = graph_.json();
  if (!same) {
    const SourceSpan first = graph_.span(place.object, place.field, place.item, {part.offset, 0});
    // It is no string of the file.
    if (first.length != 0 || first.offset == 0) return graph_.span(place.object, place.field, place.item, part);
    last.place = place;
    last.raw = first.offset;
  } else {
    last.raw +=
        static_cast<std::uint32_t>(definition::raw_offset(json.substr(last.raw - 1), part.offset - last.decoded)) - 1;
  }
  last.decoded = part.offset;
  const std::size_t length = definition::raw_offset(json.substr(last.raw - 1), part.length) - 1;
  return {last.raw, static_cast<std::uint32_t>(length)};
}

namespace {

// A text that stands in another form than JSON is edited only where plain words replace plain words: those are written
// alike in all forms.
bool can_edit(const PipelineDefinition& graph, const Place& place, SourceSpan part, std::string_view text) {
  if (graph.origin() == nullptr) return true;
  if (!graph.is_verbatim(place.object, place.field, place.item, part)) return false;
  const auto plain = [](char c) { return base::is_word(c) || c == '@' || c == '-' || c == '/'; };
  const SourceSpan edited = graph.span(place.object, place.field, place.item, part);
  const std::string_view before = graph.json().substr(edited.offset, edited.length);
  return !before.empty() && std::all_of(before.begin(), before.end(), plain) &&
         std::all_of(text.begin(), text.end(), plain);
}

// Quotations of parts of a secret.
void mask_parts(std::string& message, std::string_view secret) {
  if (base::is_plain_reference(secret)) return;
  const std::string shown = base::shown(secret);
  for (std::size_t begin = 0; (begin = message.find('\'', begin)) != message.npos; ++begin) {
    const std::size_t end = message.find('\'', begin + 1);
    if (end == message.npos) return;
    std::string_view part = std::string_view(message).substr(begin + 1, end - begin - 1);
    if (part.ends_with("...")) part.remove_suffix(3);
    if (!part.empty() && shown.find(part) != shown.npos) {
      message.replace(begin + 1, end - begin - 1, base::kMask);
      begin += base::kMask.size() + 1;
    } else {
      begin = end;
    }
  }
}

}  // namespace

// One mask for all that shows findings. A secret may come into any message by what reads it.
void Report::mask_secrets() {
  constexpr std::size_t kMaxQuoted = 64;  // secrets that are looked for cut short, too, one by one
  if (findings_.empty()) return;
  Evaluator evaluator(options_.evaluate);
  std::set<std::string, std::less<>> secrets;
  const auto learn = [&](std::string_view name, const Field& field, ObjectId object) {
    if (!name.starts_with("*")) return;
    const auto add = [&](std::string_view text) {
      // "password" of *password: hidden, it would garble the name.
      const bool is_in_name = name.find(text) != name.npos;
      if (!is_in_name && !base::is_plain_reference(text)) secrets.emplace(text);
    };
    for (std::uint32_t k = 0; k < field.count; ++k) {
      add(written_item(graph_, field, k).to_text());
      if (field.items[k].form == FieldItem::Form::literal) continue;
      const auto value = evaluate_item(evaluator, graph_, field, k, {.object = object});
      for (std::size_t i = 0; value && i < value->items.size(); ++i) add(value->items[i].to_text());
    }
  };
  for (const auto& parameter : graph_.parameters()) learn(parameter.id, parameter.value, kNoObject);
  for (std::size_t i = 0; i < graph_.object_count(); ++i) {
    for (const auto& info : graph_.fields(graph_.object(i))) learn(info.name, info.field, graph_.object(i));
  }
  if (secrets.empty()) return;
  base::SecretMask mask;
  for (const std::string& secret : secrets) mask.learn(secret);
  const auto masked = [&](std::string& text) {
    if (secrets.size() <= kMaxQuoted) {
      for (const std::string& secret : secrets) base::mask_quoted(text, secret);
    }
    text = mask.masked(std::move(text));
  };
  for (Finding& finding : findings_) {
    masked(finding.message);
    if (!finding.fix) continue;
    std::string replacement = finding.fix->replacement;
    masked(replacement);
    if (replacement != finding.fix->replacement) finding.fix.reset();  // to offer it would show the secret
  }
}

void Report::add(const Place& place, TextFinding finding) {
  if (!wants(finding.rule)) return;
  // What a secret field holds is in no message, nor is a part of it.
  if (place.field.starts_with("*")) {
    const FieldItem* const item = item_of(place);
    if (item != nullptr && item->value.is(Kind::string)) mask_parts(finding.message, item->value.text());
  }
  // In another form than JSON it is not known how quotes are written there.
  if (!finding.advice.empty() && (graph_.origin() == nullptr || finding.advice.find('"') == std::string::npos))
    finding.message += "; write " + base::json_escaped(finding.advice);
  const SourceSpan span = span_of(place, finding.part, last_found_);
  add_span(finding.rule, span, place.object == kNoObject ? "" : std::string(graph_.id(place.object)),
           std::string(place.field), std::move(finding.message));
  if (finding.severity) findings_.back().severity = *finding.severity;
  if (!finding.edit) return;
  const SourceSpan edited = span_of(place, finding.edit->part, last_edited_);
  // A value that does not stand in the file as a string, such as one given on the command line, cannot be edited.
  if (edited.length == 0 && finding.edit->part.length != 0) return;
  if (!can_edit(graph_, place, finding.edit->part, finding.edit->text)) return;
  findings_.back().fix = {edited, base::json_escaped(finding.edit->text), std::move(finding.edit->title),
                          finding.edit->tier};
}

const FieldItem* Report::item_of(const Place& place) const {
  Field field;
  const bool found = place.object == kNoObject ? graph_.parameter({place.field}, field)
                                               : graph_.field(place.object, {place.field}, field);
  return found && place.item < field.count ? &field.items[place.item] : nullptr;
}

void Report::add(Rule rule, ObjectId object, std::string message) {
  add_span(rule, graph_.span(object), std::string(graph_.id(object)), "", std::move(message));
}

void Report::add_key(Rule rule, ObjectId object, std::string_view field, std::string message) {
  add_span(rule, graph_.key_span(object, field), std::string(graph_.id(object)), std::string(field),
           std::move(message));
}

void Report::fix_last(Rule rule, Fix fix) {
  if (wants(rule)) findings_.back().fix = std::move(fix);
}

void Report::fail_last(Rule rule) {
  if (wants(rule)) findings_.back().severity = Severity::error;
}

void Report::warn_last(Rule rule) {
  if (wants(rule)) findings_.back().severity = Severity::warning;
}

namespace {

// Rules whose findings with one message have one cause, which one change mends.
bool is_by_cause(Rule rule) {
  switch (rule) {
    case Rule::unknown_name:
    case Rule::unknown_field:
    case Rule::other_schedule:
    case Rule::undeclared_parameter:
    case Rule::dangling_reference:
    case Rule::foreign_expression:
    case Rule::undeclared_value:
    case Rule::parameter_without_value:
    case Rule::secret_in_text:
    case Rule::parameter_type: return true;
    default: return false;
  }
}

// The first finding of a cause keeps the places of the others.
void join_causes(Findings& findings) {
  std::map<std::pair<Rule, std::string>, std::size_t> first;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    if (is_by_cause(finding.rule)) {
      const auto [known, fresh] = first.try_emplace({finding.rule, finding.message}, kept);
      if (!fresh) {
        findings[known->second].related.push_back(
            {finding.span, std::move(finding.object), std::move(finding.field), std::move(finding.fix)});
        continue;
      }
    }
    if (kept != i) findings[kept] = std::move(finding);
    ++kept;
  }
  findings.erase(findings.begin() + static_cast<std::ptrdiff_t>(kept), findings.end());
}

}  // namespace

Findings Report::take() {
  mask_secrets();
  const auto key = [](const Finding& f) {
    return std::tie(f.span.offset, f.rule, f.span.length, f.message, f.object, f.field);
  };
  std::stable_sort(findings_.begin(), findings_.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  findings_.erase(std::unique(findings_.begin(), findings_.end(),
                              [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
                  findings_.end());
  join_causes(findings_);
  return std::move(findings_);
}

}  // namespace pipexpr::checker
