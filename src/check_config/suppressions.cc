// Reads .pipexpr.json and applies it: findings that are known and meant to stay.
#include "check_config/suppressions.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <utility>

#include "base/json_error.h"
#include "check_config/glob.h"
#include "check_config/rule_selection.h"

namespace pipexpr::check_config {
namespace {

std::string_view text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

// What an object says of an entry. Empty: understood.
template <class Entry>
std::string read_entry(const rapidjson::Value& item, bool has_rule, Entry& entry) {
  if (!item.IsObject()) return {};
  for (const auto& part : item.GetObject()) {
    const std::string_view key = text_of(part.name);
    if (!part.value.IsString()) return fmt::format("expected '{}' to be a string", key);
    if (key == "rule" && has_rule) {
      entry.words = text_of(part.value);
    } else if (key == "object") {
      entry.object = text_of(part.value);
    } else if (key == "field") {
      entry.field = text_of(part.value);
    } else if (key == "file") {
      entry.file = text_of(part.value);
    } else if (key != "reason") {
      return fmt::format("expected {}\"object\", \"field\", \"file\" or \"reason\", found '{}'",
                         has_rule ? "\"rule\", " : "", key);
    }
  }
  return {};
}

}  // namespace

std::string Suppressions::read(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError()) {
    const auto place = locate(json, document.GetErrorOffset());
    return fmt::format("{}:{}: {}", place.line, place.column, base::json_error_text(document.GetParseError()));
  }
  if (!document.IsObject()) return "expected an object with \"check\"";
  for (const auto& member : std::as_const(document).GetObject()) {
    if (text_of(member.name) != "check" && text_of(member.name) != "render")
      return fmt::format("expected \"check\" or \"render\", found '{}'", text_of(member.name));
  }
  if (document.HasMember("render")) {
    if (const std::string problem = read_collisions(document["render"]); !problem.empty()) return problem;
  }
  if (!document.HasMember("check")) return {};
  const rapidjson::Value& check = document["check"];
  if (!check.IsObject()) return "expected \"check\" to be an object";
  for (const auto& member : check.GetObject()) {
    const std::string_view name = text_of(member.name);
    if (name == "profile") {
      const std::string_view word = member.value.IsString() ? text_of(member.value) : "";
      if (word != "current" && word != "older") return "expected \"profile\" to be \"current\" or \"older\"";
      profile = word == "older" ? LimitProfile::older : LimitProfile::current;
      continue;
    }
    if (name != "ignore") return fmt::format("expected \"ignore\" or \"profile\", found '{}'", name);
    if (!member.value.IsArray()) return "expected \"ignore\" to be an array";
    for (const auto& item : member.value.GetArray()) {
      Entry entry;
      if (item.IsString()) entry.words = text_of(item);
      if (const std::string problem = read_entry(item, true, entry); !problem.empty()) return problem;
      std::string problem;
      entry.rules = rules_named(entry.words, problem);
      if (!problem.empty()) return problem;
      entries_.push_back(std::move(entry));
    }
  }
  return {};
}

template <class Json>
std::string Suppressions::read_collisions(const Json& render) {
  if (!render.IsObject()) return "expected \"render\" to be an object";
  for (const auto& member : render.GetObject()) {
    if (text_of(member.name) != "collisions")
      return fmt::format("expected \"collisions\", found '{}'", text_of(member.name));
    if (!member.value.IsArray()) return "expected \"collisions\" to be an array";
    for (const auto& item : member.value.GetArray()) {
      if (!item.IsObject()) return "expected what \"collisions\" holds to be objects";
      if (const std::string problem = read_entry(item, false, collisions_.emplace_back()); !problem.empty())
        return problem;
    }
  }
  return {};
}

bool Suppressions::accepts_collision(std::string_view object, std::string_view field, std::string_view file) const {
  return std::any_of(collisions_.begin(), collisions_.end(), [&](const Entry& entry) {
    return matches_glob(entry.object, object) && matches_glob(entry.field, field) && matches_glob(entry.file, file);
  });
}

bool Suppressions::covers(Rule rule, std::string_view object, std::string_view field, std::string_view file) {
  bool covered = false;
  for (Entry& entry : entries_) {
    const bool named = std::find(entry.rules.begin(), entry.rules.end(), rule) != entry.rules.end();
    if (!named || !matches_glob(entry.object, object) || !matches_glob(entry.field, field) ||
        !matches_glob(entry.file, file)) {
      continue;
    }
    entry.used = true;
    covered = true;
  }
  return covered;
}

void Suppressions::remove_known(Findings& findings, std::string_view file) {
  std::erase_if(findings, [&](Finding& finding) {
    std::erase_if(finding.related,
                  [&](const RelatedLocation& other) { return covers(finding.rule, other.object, other.field, file); });
    if (!covers(finding.rule, finding.object, finding.field, file)) return false;
    if (finding.related.empty()) return true;
    RelatedLocation next = std::move(finding.related.front());
    finding.related.erase(finding.related.begin());
    finding.span = next.span;
    finding.object = std::move(next.object);
    finding.field = std::move(next.field);
    finding.fix = std::move(next.fix);
    return false;
  });
}

std::vector<std::string> Suppressions::unused() const {
  std::vector<std::string> notes;
  for (const Entry& entry : entries_) {
    if (entry.used) continue;
    std::string what = fmt::format("'{}'", entry.words);
    for (const auto& [name, glob] :
         {std::pair("object", &entry.object), {"field", &entry.field}, {"file", &entry.file}}) {
      if (*glob != "*") what += fmt::format(", {} '{}'", name, *glob);
    }
    notes.push_back(fmt::format("the suppression of {} matches nothing in what was checked", what));
  }
  return notes;
}

}  // namespace pipexpr::check_config
