// The only thing of the library that throws: value() of a result that has none.
#include <pipexpr/result.h>

namespace pipexpr::base {

void no_value(const Diagnostics& why) { throw BadResult(why); }

}  // namespace pipexpr::base
