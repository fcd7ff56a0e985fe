// Reads requests and writes replies in both wire forms.
#include "adapter/wire.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace pipexpr::adapter {
namespace {

// Both prefixes are in use: SDKs send the first, the developer guide's samples the second.
constexpr std::string_view kPrefixes[] = {"DataPipeline.", "DataPipeline_20121129."};

bool is_form(const Request& request) {
  return request.header("content-type").starts_with("application/x-www-form-urlencoded");
}

std::string_view target_operation(const Request& request) {
  std::string_view target = request.header("x-amz-target");
  for (std::string_view prefix : kPrefixes) {
    if (target.starts_with(prefix)) return target.substr(prefix.size());
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> query_parameters(const Request& request) {
  auto parameters = parse_query(request.query());
  if (is_form(request)) {
    for (auto& parameter : parse_query(request.body)) parameters.push_back(std::move(parameter));
  }
  return parameters;
}

// Sets `path`, such as fields.1.key or fields.member.1.key, of the shape to the text. The model says what is
// a list and what a number.
class QueryReader {
 public:
  explicit QueryReader(rapidjson::Document& document) : allocator_(document.GetAllocator()) {}

  bool set(Json& target, const ModelShape& shape, std::string_view path, const std::string& text) {
    if (shape.type == Type::structure) {
      if (!target.IsObject()) target.SetObject();
      std::string_view head = next(path);
      for (const Member& member : members(shape)) {
        if (member.name != head) continue;
        Json name(rapidjson::StringRef(member.name.data(), member.name.size()));
        if (!target.HasMember(name)) target.AddMember(Json(name, allocator_), Json(), allocator_);
        return set(target.FindMember(name)->value, adapter::shape(member.shape), path, text);
      }
      return false;
    }
    if (shape.type == Type::list) {
      if (!target.IsArray()) target.SetArray();
      std::string_view head = next(path);
      if (head == "member") head = next(path);
      std::size_t index = 0;
      auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), index);
      if (error != std::errc{} || end != head.data() + head.size() || index < 1 || index > kMaxItems) return false;
      while (target.Size() < index) target.PushBack(Json(), allocator_);
      return set(target[static_cast<rapidjson::SizeType>(index - 1)], adapter::shape(members(shape).front().shape),
                 path, text);
    }
    if (!path.empty()) return false;
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (shape.type == Type::boolean && (text == "true" || text == "false")) {
      target.SetBool(text == "true");
    } else if ((shape.type == Type::integer || shape.type == Type::timestamp) && is_number) {
      target.SetInt64(number);
    } else {
      // Also of the wrong type: the validator says so, with the member's name.
      target.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator_);
    }
    return true;
  }

 private:
  static constexpr std::size_t kMaxItems = 1000;

  static std::string_view next(std::string_view& path) {
    std::string_view head = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), head.size() + 1));
    return head;
  }

  rapidjson::Document::AllocatorType& allocator_;
};

// Parameters of the transport and of the signature; ReportTaskProgress and the others have none that begin
// like it.
bool is_transport(std::string_view name) { return name == "Action" || name == "Version" || name.starts_with("X-Amz-"); }

std::optional<ServiceError> read_query(Exchange& exchange) {
  auto parameters = query_parameters(exchange.request);
  exchange.input.SetObject();
  QueryReader reader(exchange.input);
  for (const auto& [name, text] : parameters) {
    if (is_transport(name)) continue;
    if (!reader.set(exchange.input, shape(exchange.operation->input), name, text)) {
      return ServiceError{ErrorType::invalid_request,
                          fmt::format("{} has no parameter '{}'", exchange.operation->name, name)};
    }
  }
  return std::nullopt;
}

std::optional<ServiceError> read_json(Exchange& exchange) {
  if (exchange.request.body.empty()) {
    exchange.input.SetObject();
    return std::nullopt;
  }
  // The parser would take a NUL for the end of the body.
  if (const std::size_t nul = exchange.request.body.find('\0'); nul != std::string_view::npos) {
    return ServiceError{ErrorType::serialization,
                        fmt::format("expected a JSON object as the body, found a NUL at byte {}", nul)};
  }
  exchange.input.ParseInsitu<kParseFlags>(exchange.body);
  if (exchange.input.HasParseError()) {
    return ServiceError{
        ErrorType::serialization,
        fmt::format("expected a JSON object as the body, found an error at byte {}", exchange.input.GetErrorOffset())};
  }
  if (!exchange.input.IsObject()) return ServiceError{ErrorType::serialization, "expected a JSON object as the body"};
  return std::nullopt;
}

}  // namespace

const OperationModel* named_operation(const Request& request) {
  if (request.header("x-amz-target").empty()) {
    for (const auto& [name, value] : query_parameters(request)) {
      if (name == "Action") return find_operation(value);
    }
    return nullptr;
  }
  return find_operation(target_operation(request));
}

std::optional<ServiceError> read_request(Exchange& exchange) {
  const Request& request = exchange.request;
  std::string_view target = request.header("x-amz-target");
  bool is_query = target.empty();
  exchange.operation = named_operation(request);
  if (exchange.operation == nullptr) {
    if (is_query && request.query().find("Action=") == std::string_view::npos && !is_form(request)) {
      return ServiceError{
          ErrorType::unknown_operation,
          "expected a header X-Amz-Target: DataPipeline.<Operation>, or ?Action=<Operation>, found neither"};
    }
    return ServiceError{ErrorType::unknown_operation,
                        is_query ? "unknown Action" : fmt::format("unknown operation '{}'", target.substr(0, 100))};
  }
  if (!is_query && request.method != "POST") {
    return ServiceError{ErrorType::unknown_operation, "expected POST with X-Amz-Target"};
  }
  std::optional<ServiceError> error = is_query ? read_query(exchange) : read_json(exchange);
  if (!error) error = validate(*exchange.operation, exchange.input);
  // JSON 1.0 clients get 1.0 back; the query form answers JSON too.
  std::string_view type = request.header("content-type");
  if (type.starts_with("application/x-amz-json-1.0")) exchange.reply.content_type = "application/x-amz-json-1.0";
  if (is_query) exchange.reply.content_type = "application/json";
  return error;
}

void set_error(Reply& reply, const ServiceError& error) {
  ErrorInfo info = error_info(error.type);
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  write_text(out, "__type", info.name);
  write_text(out, "message", printable(error.message));
  out.EndObject();
  reply.status = info.status;
  reply.error_type = info.name;
  reply.body = view_of(buffer);
}

}  // namespace pipexpr::adapter
