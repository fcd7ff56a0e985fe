// What the host's code has thrown, as the words of a diagnostic.
#pragma once

#include <exception>
#include <new>
#include <string>

namespace pipexpr::base {

// To be called while an exception is handled, in `catch (...)`. Goes on throwing std::bad_alloc, of which no diagnostic
// is made.
inline std::string thrown_message() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace pipexpr::base
