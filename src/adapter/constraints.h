// The constraints of every request, as AWS's public service model has them, and the one validator that walks
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapter/json_view.h"
#include "adapter/service_error.h"

namespace pipexpr::adapter {

enum class Type : std::uint8_t { structure, list, text, integer, boolean, timestamp };

struct Member {
  std::string_view name;
  std::uint8_t shape;
  bool required;
};

struct ModelShape {
  std::string_view name;
  Type type;
  std::uint16_t first_member;
  std::uint16_t member_count;
  std::uint16_t first_word;
  std::uint16_t word_count;
  std::int64_t min;
  std::int64_t max;  // -1: none
  bool has_pattern;
};

struct OperationModel {
  std::string_view name;
  std::uint8_t input;
  bool has_output;  // false: an empty body answers it
};

// All operations, by name in alphabetical order.
std::span<const OperationModel> operations();
const OperationModel* find_operation(std::string_view name);

std::span<const Member> members(const ModelShape& shape);
const ModelShape& shape(std::uint8_t index);

// What is wrong with a request, as one message; nothing when it satisfies the model. A member of the wrong
// JSON type is a SerializationException, everything else a ValidationException, as with the service itself. Members
// that the model does not have, repeated ones and nulls are taken out, so that nothing is stored or copied that was not
// looked at: it could be nested without end.
std::optional<ServiceError> validate(const OperationModel& operation, rapidjson::Document& input);

// Characters of a UTF-8 text; -1 for bytes that are not UTF-8, for NUL, and, with `pattern`, for characters
// that the service's pattern excludes.
std::int64_t count_characters(std::string_view text, bool pattern = true);

// The text, with '?' for every byte that would not be a character: untrusted input goes into messages and logs.
std::string printable(std::string_view text);

}  // namespace pipexpr::adapter
