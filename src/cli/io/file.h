// Whole files, read once into memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace cli {

struct File {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  std::string problem;  // why it could not be read; empty otherwise

  std::string_view view() const { return {bytes.get(), size}; }
};

// "-" is standard input. Of a pipe it reads at most `most` bytes and one more, by which the engine sees that
// its limit is passed.
File read_file(const std::string& path, std::size_t most);

// The name of a file in messages.
std::string_view shown_name(std::string_view path);

}  // namespace cli
