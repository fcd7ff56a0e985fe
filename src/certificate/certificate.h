// Certificates: what was translated, refused and proven, as JSON, and what has changed since one was made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/translate.h>

#include "certificate/engine.h"

namespace pipexpr::certificate {

struct RefusedField {
  std::string name, source, residual;
  Diagnostics why;  // spans are in `residual`
};

// {"status": "refused", "name", "source", "residual", "why": [diagnostics]}
std::string refused_json(const RefusedField& field);

struct Certificate {
  std::string_view target, definition;
  const std::vector<TranslationVectors>& translated;
  const EngineRun& engine;
  const std::vector<RefusedField>& refused;
};

std::string certificate_json(const Certificate& certificate);

// Compares a certificate with what is translated now; each change is a line of `changes`. Returns why it is no
// certificate of that target; empty when it is one.
std::string compare_certificate(std::string_view json, std::string_view target,
                                const std::vector<TranslationVectors>& translated, std::string& changes);

}  // namespace pipexpr::certificate
