// Writes and reads certificates.
#include "certificate/certificate.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <map>

#include <pipexpr/version.h>

#include "base/json_error.h"
#include "base/json_writer.h"
#include "base/shown.h"

namespace pipexpr::certificate {
namespace {

// The first members of an object, without its closing brace.
std::string opened(base::JsonWriter& json) {
  json.EndObject();
  std::string text(json.view());
  text.pop_back();
  return text;
}

std::string translated_json(const TranslationVectors& field, const EngineVerdict& verdict) {
  base::JsonWriter json;
  json.StartObject();
  json.member("status", name_of(verdict.status));
  if (!verdict.json.empty()) return opened(json) + ',' + verdict.json.substr(1);
  json.member("name", field.name);
  json.member("source", field.source);
  json.member("residual", field.residual);
  json.member("text", field.text);
  return opened(json) + '}';
}

std::string_view text_of(const rapidjson::Value& object, const char* name) {
  if (!object.HasMember(name) || !object[name].IsString()) return {};
  return {object[name].GetString(), object[name].GetStringLength()};
}

}  // namespace

std::string refused_json(const RefusedField& field) {
  base::JsonWriter json;
  json.StartObject();
  json.member("status", "refused");
  json.member("name", field.name);
  json.member("source", field.source);
  json.member("residual", field.residual);
  json.key("why");
  json.StartArray();
  for (const Diagnostic& why : field.why) {
    json.StartObject();
    json.members(why);
    json.EndObject();
  }
  json.EndArray();
  return opened(json) + '}';
}

std::string certificate_json(const Certificate& certificate) {
  base::JsonWriter json;
  json.StartObject();
  json.member("pipexpr", PIPEXPR_VERSION_STRING);
  json.member("target", certificate.target);
  json.member("definition", certificate.definition);
  json.member("timeZones", time_zone_database_version());
  if (!certificate.engine.problem.empty()) json.member("problem", certificate.engine.problem);
  std::string text = opened(json) + ",\n\"fields\": [";
  std::string_view between = "\n";
  for (std::size_t i = 0; i < certificate.translated.size(); ++i) {
    text += between;
    text += translated_json(certificate.translated[i], certificate.engine.verdicts[i]);
    between = ",\n";
  }
  for (const RefusedField& field : certificate.refused) {
    text += between;
    text += refused_json(field);
    between = ",\n";
  }
  return text + "\n]}\n";
}

std::string compare_certificate(std::string_view text, std::string_view target,
                                const std::vector<TranslationVectors>& translated, std::string& changes) {
  rapidjson::Document json;
  json.Parse(text.data(), text.size());
  if (json.HasParseError()) return fmt::format("{}", base::json_error_text(json.GetParseError()));
  if (!json.IsObject() || !json.HasMember("fields") || !json["fields"].IsArray()) {
    return "expected a certificate of 'pipexpr translate', a JSON object with \"fields\"";
  }
  if (text_of(json, "target") != target) {
    return fmt::format("expected a certificate for {}, found one for {}", target, text_of(json, "target"));
  }
  std::map<std::string_view, const TranslationVectors*> now;
  for (const TranslationVectors& field : translated) now[field.name] = &field;
  for (const auto& field : json["fields"].GetArray()) {
    if (!field.IsObject() || text_of(field, "status") == "refused") continue;
    const std::string_view name = text_of(field, "name");
    const auto found = now.find(name);
    if (found == now.end()) {
      changes += base::show("{}: changed: it is translated no more\n", name);
      continue;
    }
    const TranslationVectors& is = *found->second;
    const char* what = text_of(field, "source") != is.source       ? "the source"
                       : text_of(field, "residual") != is.residual ? "what remains of it"
                       : text_of(field, "text") != is.text         ? "the translation"
                                                                   : nullptr;
    if (what != nullptr) changes += base::show("{}: changed: {} is not the certificate's\n", name, what);
    now.erase(found);
  }
  for (const auto& [name, field] : now) changes += base::show("{}: changed: it is not in the certificate\n", name);
  return {};
}

}  // namespace pipexpr::certificate
