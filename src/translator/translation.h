// Translation by any table, so that tests can spoil one.
#pragma once

#include <pipexpr/translate.h>

#include "translator/table.h"

namespace pipexpr::translator {

Translation translate_by(const Table& table, const Expression& expression, TranslationTarget target,
                         const TranslationOptions& options);

}  // namespace pipexpr::translator
