// Ctrl-C: the first one asks whatever runs to stop, so that answers already made are still written and no
// half file stays behind; the second one ends the process at once.
#pragma once

#include <atomic>

namespace pipexpr::process {

void watch_interrupts();  // SIGINT and SIGTERM
void watch_hangups();     // SIGHUP, however often it comes: for work that must put things in order at its end
bool interrupted();
const std::atomic<bool>& interrupt_flag();  // for EvaluateOptions::cancel

// Ends the process by the signal that came, as a shell expects of an interrupted command.
void die_of_interrupt();

}  // namespace pipexpr::process
