// Reads parts of messages, whatever they are, and writes whole ones.
#include "lsp/message.h"

#include <cmath>

namespace pipexpr::lsp {

View View::operator[](std::string_view member) const {
  if (!is_object()) return {};
  const rapidjson::Value name(rapidjson::StringRef(member.data(), static_cast<rapidjson::SizeType>(member.size())));
  const auto found = value_->FindMember(name);
  return found == value_->MemberEnd() ? View() : View(found->value);
}

View View::at(std::size_t index) const {
  return index < size() ? View((*value_)[static_cast<rapidjson::SizeType>(index)]) : View();
}

std::string_view View::text() const {
  return is_text() ? std::string_view(value_->GetString(), value_->GetStringLength()) : std::string_view();
}

std::optional<std::int64_t> View::integer() const {
  if (value_ == nullptr || !value_->IsInt64()) return std::nullopt;
  return value_->GetInt64();
}

std::string View::id() const {
  JsonWriter json;
  if (is_text()) {
    json.text(text());
  } else if (value_ != nullptr && value_->IsInt64()) {
    json.Int64(value_->GetInt64());
  } else if (value_ != nullptr && value_->IsNumber() && std::isfinite(value_->GetDouble())) {
    json.Double(value_->GetDouble());
  } else {
    json.Null();
  }
  return std::string(json.view());
}

namespace {

void begin(JsonWriter& json) {
  json.StartObject();
  json.member("jsonrpc", "2.0");
}

std::string end(JsonWriter& json) {
  json.EndObject();
  return std::string(json.view());
}

}  // namespace

std::string answer(std::string_view id, const std::function<void(JsonWriter&)>& result) {
  JsonWriter json;
  begin(json);
  json.key("id");
  json.json(id);
  json.key("result");
  result(json);
  return end(json);
}

std::string failure(std::string_view id, Failure code, std::string_view message) {
  JsonWriter json;
  begin(json);
  json.key("id");
  json.json(id);
  json.key("error");
  json.StartObject();
  json.key("code");
  json.Int(static_cast<std::int32_t>(code));
  json.member("message", message);
  json.EndObject();
  return end(json);
}

std::string notification(std::string_view method, const std::function<void(JsonWriter&)>& params) {
  JsonWriter json;
  begin(json);
  json.member("method", method);
  json.key("params");
  params(json);
  return end(json);
}

std::string request(std::uint64_t id, std::string_view method) {
  JsonWriter json;
  begin(json);
  json.member("id", id);
  json.member("method", method);
  return end(json);
}

}  // namespace pipexpr::lsp
