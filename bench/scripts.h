// The scripting engines that the benchmarks compare with, behind one function each.
#pragma once

namespace bench {

// Adds the benchmarks of the script engines whose modules were built.
void register_scripts();

}  // namespace bench
