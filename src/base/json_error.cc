// Rewords the sentences that RapidJSON has for its errors.
#include "base/json_error.h"

#include <rapidjson/error/en.h>

#include "base/char_class.h"

namespace pipexpr::base {

std::string json_error_text(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  text[0] = to_lower(text[0]);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace pipexpr::base
