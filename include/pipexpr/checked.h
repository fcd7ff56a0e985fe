// PIPEXPR_CHECKED: a build that stops at a host's mistakes instead of going on in an undefined state.
//
//   cmake -DPIPEXPR_CHECKED=ON ...          // or define PIPEXPR_CHECKED for the library and the program alike
//   pipexpr::ValueView(1).text();           // aborts: "pipexpr: check failed: is(Kind::string), value.h:88"
//   *pipexpr::Expression::compile("#{");    // aborts, too: there is no value
//
// Without it (the default) nothing is checked and nothing aborts; the headers say what each accessor requires. The
// presets for development and for the sanitizers have it on.
#pragma once

#ifdef PIPEXPR_CHECKED
#include <cstdio>
#include <cstdlib>

namespace pipexpr::base {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pipexpr: check failed: %s, %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace pipexpr::base

#define PIPEXPR_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::pipexpr::base::check_failed(#condition, __FILE__, __LINE__))
#else
#define PIPEXPR_CHECK(condition) static_cast<void>(0)
#endif
