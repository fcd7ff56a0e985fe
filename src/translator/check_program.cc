// Puts a check program together: its text, and the vectors as JSON.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <map>

#include <pipexpr/translate.h>

#include "translator/check_programs.h"
#include "translator/table.h"

namespace pipexpr {
namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;

void text(Json& json, std::string_view text) {
  json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void member(Json& json, const char* name, std::string_view value) {
  json.Key(name);
  text(json, value);
}

// {"probes": [[[start, end], ...], ...], "mutants": true, "fields": [...]}; fields of one schedule share their probes.
std::string data(const std::vector<TranslationVectors>& vectors, bool has_mutants) {
  std::vector<const std::vector<TranslationProbe>*> sets;
  std::vector<std::size_t> set_of;
  for (const TranslationVectors& field : vectors) {
    std::size_t at = 0;
    while (at < sets.size() && *sets[at] != field.probes) ++at;
    if (at == sets.size()) sets.push_back(&field.probes);
    set_of.push_back(at);
  }
  rapidjson::StringBuffer buffer;
  Json json(buffer);
  json.StartObject();
  json.Key("probes");
  json.StartArray();
  for (const auto* set : sets) {
    json.StartArray();
    for (const TranslationProbe& probe : *set) {
      json.StartArray();
      json.Int64(probe.start);
      json.Int64(probe.end);
      json.EndArray();
    }
    json.EndArray();
  }
  json.EndArray();
  json.Key("mutants");
  json.Bool(has_mutants);
  json.Key("fields");
  json.StartArray();
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const TranslationVectors& field = vectors[i];
    json.StartObject();
    member(json, "name", field.name);
    member(json, "source", field.source);
    member(json, "residual", field.residual);
    member(json, "text", field.text);
    json.Key("probes");
    json.Uint64(set_of[i]);
    std::map<TranslationProbe::Class, std::uint64_t> classes;
    for (const TranslationProbe& probe : field.probes) ++classes[probe.reason];
    json.Key("classes");
    json.StartObject();
    for (const auto& [reason, count] : classes) {
      text(json, name_of(reason));
      json.Uint64(count);
    }
    json.EndObject();
    json.Key("expected");
    json.StartArray();
    for (const std::string& expected : field.expected) text(json, expected);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  // The JSON stands in a raw string of the program's language: what could end that, or open something in it, is
  // escaped.
  std::string result;
  for (const char c : std::string_view(buffer.GetString(), buffer.GetSize())) {
    if (c == '\'') {
      result += "\\u0027";
    } else if (c == '`') {
      result += "\\u0060";
    } else if (c == '$') {
      result += "\\u0024";
    } else {
      result += c;
    }
  }
  return result;
}

void replace(std::string& text, std::string_view gap, std::string_view by) {
  if (const std::size_t at = text.find(gap); at != text.npos) text.replace(at, gap.size(), by);
}

}  // namespace

std::string translation_check(TranslationTarget target, const std::vector<TranslationVectors>& vectors,
                              bool has_mutants) {
  std::string program;
  if (target == TranslationTarget::jsonata) {
    program = translator::kModuleCheck;
  } else {
    const bool is_jinja = target == TranslationTarget::airflow_jinja;
    program = translator::kPythonCheck;
    replace(program, "{ENGINE}", is_jinja ? translator::kJinjaEngine : translator::kPythonEngine);
    replace(program, "{HELPERS}", translation_helpers(target));
  }
  replace(program, "{DATA}", data(vectors, has_mutants));
  return program;
}

}  // namespace pipexpr
