// The diagnostics of the C interface: counted, read one by one, and written as text.
#include <pipexpr/json.h>
#include <pipexpr/version.h>

#include "c_api/handles.h"

namespace pipexpr::c_api {

void report(pipexpr_diagnostics** why, Diagnostics diagnostics, std::string_view source_name, std::string_view source) {
  if (why == nullptr) return;
  auto handle = std::make_unique<pipexpr_diagnostics>();
  handle->diagnostics = std::move(diagnostics);
  handle->source_name = source_name;
  handle->source = source;
  *why = handle.release();
}

}  // namespace pipexpr::c_api

using namespace pipexpr::c_api;

uint32_t pipexpr_abi(void) { return PIPEXPR_ABI; }

const char* pipexpr_version(void) { return PIPEXPR_VERSION_STRING; }

size_t pipexpr_diagnostics_count(const pipexpr_diagnostics* why) {
  return why == nullptr ? 0 : why->diagnostics.size();
}

pipexpr_status pipexpr_diagnostics_get(const pipexpr_diagnostics* why, size_t index, pipexpr_diagnostic* out) {
  if (why == nullptr || out == nullptr) return PIPEXPR_MISUSE;
  if (index >= why->diagnostics.size()) return PIPEXPR_NOT_FOUND;
  const pipexpr::Diagnostic& one = why->diagnostics[index];
  const pipexpr_diagnostic filled{sizeof filled,
                                  pipexpr::code_id(one.code).data(),
                                  pipexpr::code_name(one.code).data(),
                                  one.message.c_str(),
                                  one.message.size(),
                                  one.span.offset,
                                  one.span.length};
  return write_struct(out, filled) ? PIPEXPR_OK : PIPEXPR_MISUSE;
}

const char* pipexpr_diagnostics_text(const pipexpr_diagnostics* why, size_t* size) {
  const char* text = guarded_pointer([&]() -> const char* {
    if (why == nullptr) return nullptr;
    why->text.clear();
    for (const pipexpr::Diagnostic& one : why->diagnostics) {
      why->text += pipexpr::render(one, {.source_name = why->source_name, .source = why->source});
    }
    return text_of(why->text, size);
  });
  return text != nullptr ? text : give_nothing(size);
}

const char* pipexpr_diagnostics_json(const pipexpr_diagnostics* why, size_t* size) {
  static const std::string kNone = "[]";
  if (why == nullptr) return text_of(kNone, size);
  const char* json = guarded_pointer([&]() -> const char* {
    why->json = pipexpr::to_json(why->diagnostics);
    return text_of(why->json, size);
  });
  return json != nullptr ? json : give_nothing(size);
}

void pipexpr_diagnostics_release(pipexpr_diagnostics* why) { delete why; }
