// Writes values and diagnostics as JSON.
#include "base/json_writer.h"

#include "base/utf8.h"

namespace pipexpr::base {

void JsonWriter::text(std::string_view text) {
  if (find_invalid_utf8(text) == std::string_view::npos) {
    String(text.data() == nullptr ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size()));
  } else {
    const std::string repaired = repair_utf8(text);
    String(repaired.data(), static_cast<rapidjson::SizeType>(repaired.size()));
  }
}

void JsonWriter::value(const Value& value) {
  switch (value.kind()) {
    case Kind::unset: Null(); return;
    case Kind::string: text(value.text()); return;
    case Kind::integer: Int64(value.integer()); return;
    case Kind::number: Double(value.number()); return;
    case Kind::list: break;
    default: text(value.to_text()); return;
  }
  StartArray();
  for (const Value& item : value.items()) {
    // Lists never nest.
    if (item.kind() == Kind::list) {
      text(item.to_text());
    } else {
      this->value(item);
    }
  }
  EndArray();
}

void JsonWriter::members(const Diagnostic& diagnostic) {
  member("code", code_id(diagnostic.code));
  member("message", diagnostic.message);
  member("offset", std::uint64_t{diagnostic.span.offset});
  member("length", std::uint64_t{diagnostic.span.length});
  key("path");
  StartArray();
  for (const PathStep& step : diagnostic.path) text(step.name());
  EndArray();
}

}  // namespace pipexpr::base
