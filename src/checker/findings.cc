// Collects findings and gives each its place in the JSON text.
#include "checker/findings.h"

#include <algorithm>
#include <tuple>

#include "definition/json_document.h"

namespace pipexpr::checker {

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

bool Report::wants(Rule rule) const {
  const auto has = [rule](const std::vector<Rule>& rules) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  return (options_.only.empty() || has(options_.only)) && !has(options_.ignore);
}

void Report::add_span(Rule rule, SourceSpan span, std::string object, std::string field, std::string message) {
  if (!wants(rule)) return;
  findings_.push_back({rule, rule_severity(rule), std::move(message), span, std::move(object), std::move(field), {}});
}

// What graph_.span answers, without reading a long text with escapes from its beginning for each of its faults.
SourceSpan Report::span_of(const Place& place, SourceSpan part) {
  constexpr std::uint32_t kLong = 1024;
  if (part.offset < kLong) return graph_.span(place.object, place.field, place.item, part);
  const bool same = last_place_.object == place.object && last_place_.field == place.field &&
                    last_place_.item == place.item && last_decoded_ <= part.offset && last_decoded_ != 0;
  const std::string_view json = graph_.json();
  if (!same) {
    const SourceSpan first = graph_.span(place.object, place.field, place.item, {part.offset, 0});
    // It is no string of the file.
    if (first.length != 0 || first.offset == 0) return graph_.span(place.object, place.field, place.item, part);
    last_place_ = place;
    last_raw_ = first.offset;
  } else {
    last_raw_ +=
        static_cast<std::uint32_t>(definition::raw_offset(json.substr(last_raw_ - 1), part.offset - last_decoded_)) - 1;
  }
  last_decoded_ = part.offset;
  const std::size_t length = definition::raw_offset(json.substr(last_raw_ - 1), part.length) - 1;
  return {last_raw_, static_cast<std::uint32_t>(length)};
}

void Report::add(const Place& place, Fault fault) {
  if (!wants(fault.rule)) return;
  const SourceSpan span = span_of(place, fault.part);
  add_span(fault.rule, span, place.object == kNoObject ? "" : std::string(graph_.id(place.object)),
           std::string(place.field), std::move(fault.message));
  if (!fault.edit) return;
  const SourceSpan edited = graph_.span(place.object, place.field, place.item, fault.edit->part);
  // A value that does not stand in the file as a string, such as one given on the command line, cannot be edited.
  if (edited.length == 0 && fault.edit->part.length != 0) return;
  findings_.back().fix = {edited, json_escaped(fault.edit->text), std::move(fault.edit->title), fault.edit->safe};
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

Findings Report::take() {
  const auto key = [](const Finding& f) {
    return std::tie(f.span.offset, f.rule, f.span.length, f.message, f.object, f.field);
  };
  std::stable_sort(findings_.begin(), findings_.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  findings_.erase(std::unique(findings_.begin(), findings_.end(),
                              [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
                  findings_.end());
  return std::move(findings_);
}

}  // namespace pipexpr::checker
