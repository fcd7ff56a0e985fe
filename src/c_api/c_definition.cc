// Definition files, the checker and date-times of the C interface.
#include <pipexpr/check.h>
#include <pipexpr/datetime.h>
#include <pipexpr/json.h>

#include "c_api/handles.h"

using namespace pipexpr::c_api;

struct pipexpr_findings {
  pipexpr::Findings findings;
  std::string source;  // what was checked
  mutable std::string json = {};
};

namespace {

constexpr std::string_view kSourceName = "definition";

}  // namespace

pipexpr_status pipexpr_definition_load(const char* json, size_t size, pipexpr_definition** out,
                                       pipexpr_diagnostics** why) {
  if (json == nullptr || out == nullptr || !is_text(json, size)) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    auto loaded = pipexpr::PipelineDefinition::load(view(json, size));
    if (!loaded) return report(why, loaded.take_error(), kSourceName, view(json, size)), PIPEXPR_ERROR;
    *out = new pipexpr_definition(std::move(*loaded));
    return PIPEXPR_OK;
  });
}

size_t pipexpr_definition_object_count(const pipexpr_definition* definition) {
  return definition == nullptr ? 0 : definition->definition->object_count();
}

uint64_t pipexpr_definition_object(const pipexpr_definition* definition, size_t index) {
  if (definition == nullptr || index >= definition->definition->object_count()) return PIPEXPR_NO_OBJECT;
  return static_cast<uint64_t>(definition->definition->object(index));
}

const char* pipexpr_definition_object_id(const pipexpr_definition* definition, uint64_t object, size_t* size) {
  if (definition == nullptr || object == PIPEXPR_NO_OBJECT) return give_nothing(size);
  const std::string_view id = definition->definition->id(static_cast<pipexpr::ObjectId>(object));
  if (id.data() == nullptr) return give_nothing(size);
  if (size != nullptr) *size = id.size();
  return id.data();
}

pipexpr_definition* pipexpr_definition_retain(pipexpr_definition* definition) { return retain(definition); }

void pipexpr_definition_release(pipexpr_definition* definition) { release(definition); }

pipexpr_status pipexpr_check(const char* json, size_t size, pipexpr_findings** out) {
  if (json == nullptr || out == nullptr || !is_text(json, size)) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    auto findings = std::make_unique<pipexpr_findings>(
        pipexpr_findings{pipexpr::check_file(view(json, size)), std::string(view(json, size))});
    *out = findings->findings.empty() ? nullptr : findings.release();
    return PIPEXPR_OK;
  });
}

size_t pipexpr_findings_count(const pipexpr_findings* findings) {
  return findings == nullptr ? 0 : findings->findings.size();
}

pipexpr_status pipexpr_findings_get(const pipexpr_findings* findings, size_t index, pipexpr_finding* out) {
  if (out == nullptr) return PIPEXPR_MISUSE;
  if (findings == nullptr || index >= findings->findings.size()) return PIPEXPR_NOT_FOUND;
  const pipexpr::Finding& one = findings->findings[index];
  const pipexpr_finding filled{sizeof filled,
                               pipexpr::rule_id(one.rule).data(),
                               pipexpr::rule_name(one.rule).data(),
                               one.message.c_str(),
                               one.message.size(),
                               one.object.c_str(),
                               one.field.c_str(),
                               one.span.offset,
                               one.span.length,
                               one.severity == pipexpr::Severity::error ? 1 : 0};
  return write_struct(out, filled) ? PIPEXPR_OK : PIPEXPR_MISUSE;
}

const char* pipexpr_findings_json(const pipexpr_findings* findings, size_t* size) {
  static const std::string kNone = "[]";
  if (findings == nullptr) return text_of(kNone, size);
  const char* json = guarded_pointer([&]() -> const char* {
    const pipexpr::LineIndex lines(findings->source);
    findings->json = pipexpr::to_json(findings->findings, lines);
    return text_of(findings->json, size);
  });
  return json != nullptr ? json : give_nothing(size);
}

void pipexpr_findings_release(pipexpr_findings* findings) { delete findings; }

pipexpr_status pipexpr_parse_datetime(const char* text, size_t size, int64_t* out) {
  if (text == nullptr || out == nullptr || !is_text(text, size)) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    const auto time = pipexpr::parse_datetime(view(text, size));
    if (!time) return PIPEXPR_ERROR;
    *out = time->epoch_millis;
    return PIPEXPR_OK;
  });
}
