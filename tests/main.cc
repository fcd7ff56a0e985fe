// All tests run in the locale that the environment asks for: nothing may depend on it.
#include <clocale>
#include <locale>
#include <stdexcept>

#define CATCH_CONFIG_RUNNER
#include "catch.h"

int main(int count, char** arguments) {
  std::setlocale(LC_ALL, "");
  try {
    std::locale::global(std::locale(""));
  } catch (const std::runtime_error&) {  // the environment names a locale that this machine does not have
  }
  return Catch::Session().run(count, arguments);
}
