// What a user of the installed library would write; each way of finding the library builds this file.
#include <pipexpr/version.h>

#include <cstring>

int main() {
  static_assert(PIPEXPR_VERSION_MAJOR >= 0 && PIPEXPR_VERSION_MINOR >= 0 && PIPEXPR_VERSION_PATCH >= 0);
  return std::strlen(PIPEXPR_VERSION_STRING) >= 5 ? 0 : 1;
}
