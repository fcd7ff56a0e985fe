// JSON as the service reads and writes it: RapidJSON, parsed in place and without recursion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Of our own namespace, since its vector code is on here and not in the engine. That code takes the control
// characters 0x1A to 0x1F for plain ones (version 1.1): read so, they are refused by the constraints; Writer
// below avoids it. It also reads whole aligned blocks, past a text's end too, which sanitizers take for a
// error.
#define RAPIDJSON_NAMESPACE pipexpr::adapter::rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN \
  namespace pipexpr {             \
  namespace adapter {             \
  namespace rapidjson {
#define RAPIDJSON_NAMESPACE_END \
  }                             \
  }                             \
  }
#if defined(__SSE2__) && !defined(__SANITIZE_ADDRESS__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace pipexpr::adapter {

using Json = rapidjson::Value;
// With a flag that changes nothing here: the writer without flags has the vector code.
using Writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator,
                                 rapidjson::kWriteNanAndInfFlag>;

// A depth no request of the service model comes near; the validator and the parser need a bound of their own.
inline constexpr unsigned kParseFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag;

inline std::string_view text_of(const Json& value) { return {value.GetString(), value.GetStringLength()}; }

// The member's text, or nothing when it is absent or null.
inline std::string_view text_of(const Json& object, const char* name) {
  auto member = object.FindMember(name);
  return member == object.MemberEnd() || !member->value.IsString() ? std::string_view{} : text_of(member->value);
}

// The member, or nullptr when it is absent or null: the API takes both for "not given".
inline const Json* member_of(const Json& object, const char* name) {
  auto member = object.FindMember(name);
  return member == object.MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
}

inline void write_text(Writer& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

inline void write_key(Writer& out, std::string_view key) {
  out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}

inline void write_text(Writer& out, const char* key, std::string_view text) {
  out.Key(key);
  write_text(out, text);
}

inline void write_flag(Writer& out, const char* key, bool flag) {
  out.Key(key);
  out.Bool(flag);
}

inline void write_number(Writer& out, const char* key, std::int64_t number) {
  out.Key(key);
  out.Int64(number);
}

// {"key": ..., "stringValue": ...} and {"key": ..., "refValue": ...}, the API's form of a field.
inline void write_string_field(Writer& out, std::string_view key, std::string_view value) {
  out.StartObject();
  write_text(out, "key", key);
  write_text(out, "stringValue", value);
  out.EndObject();
}

inline void write_ref_field(Writer& out, std::string_view key, std::string_view value) {
  out.StartObject();
  write_text(out, "key", key);
  write_text(out, "refValue", value);
  out.EndObject();
}

inline std::string_view view_of(const rapidjson::StringBuffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

// The text of a value as compact JSON.
inline std::string dump(const Json& value) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  value.Accept(writer);
  return std::string(view_of(buffer));
}

}  // namespace pipexpr::adapter
