// Fields that only a run sets, and where a target has something of the kind: never the same value, so that they are
// refused with that advice.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/translate.h>

namespace pipexpr::translator {

// Advice for '@actualStartTime' and the like, as the end of a sentence.
std::string advice_for(std::string_view field, TranslationTarget target);

}  // namespace pipexpr::translator
