// Writes JSON. Whatever bytes there are, the output is valid UTF-8: an invalid byte becomes U+FFFD.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <span>
#include <string>
#include <string_view>

#include <pipexpr/diagnostic.h>
#include <pipexpr/value.h>

namespace pipexpr::base {

class JsonWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  JsonWriter() : Writer(buffer_) {}

  void text(std::string_view text);
  void key(std::string_view name) { text(name); }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, std::uint64_t value) {
    key(name);
    Uint64(value);
  }
  void member(std::string_view name, std::span<const std::string> texts) {
    key(name);
    StartArray();
    for (const std::string& one : texts) text(one);
    EndArray();
  }
  // Numbers as numbers, lists as arrays, an unset value as null, everything else as its text.
  void value(const Value& value);
  // {"code", "message", "offset", "length", "path"}, without the braces.
  void members(const Diagnostic& diagnostic);
  // JSON that was written before, as it is.
  void json(std::string_view json) { RawValue(json.data(), json.size(), rapidjson::kObjectType); }

  std::string_view view() const { return {buffer_.GetString(), buffer_.GetSize()}; }
  void clear() {
    buffer_.Clear();
    Reset(buffer_);
  }

 private:
  rapidjson::StringBuffer buffer_;
};

}  // namespace pipexpr::base
