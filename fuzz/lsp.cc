// Fuzz target: messages to the language server, one a line, after those that open a document.
#include "fuzz.h"

#include <string_view>

#include <pipexpr/language_server.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  pipexpr::ServerOptions options;
  options.evaluate.max_steps = 2'000;
  options.max_steps = 20'000;
  pipexpr::LanguageServer server(options);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    server.receive(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  return 0;
}
