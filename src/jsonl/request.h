// One line of --jsonl, read without copies: the texts stand in the line's own memory, decoded in place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/field_override.h>

namespace pipexpr::jsonl {

struct Request {
  std::optional<std::string_view> template_text;
  std::string_view definition, object, at, end, now, delimiters;
  std::vector<FieldOverride> fields;
  std::vector<FieldOverride> parameters;

  void clear();
};

// Why a line is no request.
struct RequestError {
  std::string_view code;  // of the library's table
  std::string message;
  std::size_t column = 0;  // 1-based, in bytes
};

// Reads a line of `size` bytes; line[size] must be writable, and becomes NUL. The line is overwritten.
std::optional<RequestError> read_request(char* line, std::size_t size, Request& out);

}  // namespace pipexpr::jsonl
