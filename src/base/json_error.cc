// Rewords the sentences that RapidJSON has for its errors.
#include "base/json_error.h"

#include <rapidjson/error/en.h>

namespace pipexpr::base {

std::string json_error_text(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace pipexpr::base
