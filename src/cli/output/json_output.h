// Answers as JSON. Whatever bytes there are, the output is valid UTF-8: an invalid byte of a message becomes U+FFFD,
// and a value with one is no answer.
#pragma once

#include <rapidjson/error/error.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

#include <pipexpr/diagnostic.h>
#include <pipexpr/value.h>

namespace cli {

class Json : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  Json() : Writer(buffer_) {}

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
  // Numbers as numbers, lists as arrays, an unset value as null, everything else as its text.
  void value(const pipexpr::Value& value);
  // {"code", "message", "offset", "length", "path"}, without the braces.
  void members(const pipexpr::Diagnostic& diagnostic);

  std::string_view view() const { return {buffer_.GetString(), buffer_.GetSize()}; }
  void clear() {
    buffer_.Clear();
    Reset(buffer_);
  }

 private:
  rapidjson::StringBuffer buffer_;
};

// {"value": ...} and {"error": {...}, "more": [...]}, each a line. False: it is an error, as the value is no UTF-8.
bool write_answer(Json& json, const pipexpr::Value& value);
void write_answer(Json& json, const pipexpr::Diagnostics& why);

// The reader's own words for a fault, in the style of our messages.
std::string json_fault(rapidjson::ParseErrorCode code);

// "Object.field" of one step.
std::string step_name(const pipexpr::PathStep& step);

}  // namespace cli
