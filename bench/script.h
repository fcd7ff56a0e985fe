// What a script engine's module offers. Lua 5.4 and LuaJIT export the same names, so each is loaded privately.
#pragma once

#include <cstddef>

extern "C" {
struct BenchScript {
  const char* name;
  void (*open)();
  int (*compile)(const char* body, std::size_t size);  // a function of (time or number, activity or number)
  // The result's text; valid until the next call.
  const char* (*call)(int function, double first, double second, std::size_t* size);
  const char* (*compile_and_call)(const char* body, std::size_t size, double first, std::size_t* size_out);
  // gsub over a whole text, compiling each expression, with a time and an activity.
  const char* (*substitute)(const char* text, std::size_t size, double time, double activity, std::size_t* size_out);
};
const BenchScript* bench_script();
}
