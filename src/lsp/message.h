// JSON-RPC messages: what a client sends, which may be anything, and what is sent to it.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_writer.h"

namespace pipexpr::lsp {

using base::JsonWriter;

// A value of a message, or of a member that is not there: asking it for what it is not gives nothing.
class View {
 public:
  View() = default;
  explicit View(const rapidjson::Value& value) : value_(&value) {}

  bool exists() const { return value_ != nullptr; }
  bool is_object() const { return value_ != nullptr && value_->IsObject(); }
  bool is_array() const { return value_ != nullptr && value_->IsArray(); }
  bool is_null() const { return value_ != nullptr && value_->IsNull(); }
  bool is_text() const { return value_ != nullptr && value_->IsString(); }
  bool is_true() const { return value_ != nullptr && value_->IsTrue(); }

  View operator[](std::string_view member) const;
  // Elements of an array; of anything else there are none.
  std::size_t size() const { return is_array() ? value_->Size() : 0; }
  View at(std::size_t index) const;

  // Empty unless it is a string. Lives as long as the message.
  std::string_view text() const;
  std::optional<std::int64_t> integer() const;
  // A request's id, as JSON: a string or a number, and null for everything else.
  std::string id() const;

 private:
  const rapidjson::Value* value_ = nullptr;
};

// The codes of JSON-RPC, and of the protocol.
enum class Failure : std::int32_t {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  not_initialized = -32002,
  request_failed = -32803,
};

std::string answer(std::string_view id, const std::function<void(JsonWriter&)>& result);
std::string failure(std::string_view id, Failure code, std::string_view message);
std::string notification(std::string_view method, const std::function<void(JsonWriter&)>& params);
// A request of ours, without parameters.
std::string request(std::uint64_t id, std::string_view method);

}  // namespace pipexpr::lsp
