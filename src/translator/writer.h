// How each target writes strings, joins them, formats times, and puts all that into its own kind of template.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/translate.h>

#include "translator/pattern_parts.h"
#include "translator/table.h"

namespace pipexpr::translator {

// What a part of an expression gives, as an expression of the target.
struct Code {
  enum class Kind : std::uint8_t { string, integer, time };
  Kind kind = Kind::string;
  std::string text;         // the target's expression
  bool is_literal = false;  // a string that is `value`, or an integer that is `number`
  std::string value = {};
  std::int64_t number = 0;
  double reach = 0;  // of a time: how many days it may lie from the run
};

class Writer {
 public:
  Writer(TranslationTarget target, const Table& table) : target_(target), table_(table) {}

  std::string quoted(std::string_view text) const;
  std::string start_of_run() const;
  std::string end_of_run() const;
  // The expression as one that gives a string.
  std::string as_string(const Code& code) const;
  std::string joined(const std::vector<std::string>& strings) const;
  // A time by a pattern of Joda-Time. False: `refused` is the part that has no exact counterpart, `why` the reason.
  bool formatted(std::string_view pattern, const std::string& time, std::string& out, std::string& refused,
                 std::string& why) const;
  // The whole: literal strings and expressions.
  std::string as_template(const std::vector<Code>& parts) const;

 private:
  class Format;
  bool is_jsonata() const { return target_ == TranslationTarget::jsonata; }
  bool is_jinja() const { return target_ == TranslationTarget::airflow_jinja; }

  TranslationTarget target_;
  const Table& table_;
};

}  // namespace pipexpr::translator
