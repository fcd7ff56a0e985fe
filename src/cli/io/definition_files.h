// Finds the files of a folder that may be definitions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct FileSearch {
  std::vector<std::string> exclude;  // globs of files and folders to leave out
  bool gitignore = true;             // whether what .gitignore files name is left out
};

struct FoundFiles {
  std::vector<std::string> paths;  // sorted
  std::string problem;             // why the folder could not be read; empty otherwise
};

// Files whose name ends in one of the endings, below a folder. What tools keep for themselves is never looked into:
// .git and other folders that begin with a dot, node_modules.
FoundFiles find_files(const std::string& folder, const std::vector<std::string_view>& endings,
                      const FileSearch& search);

// The file of what a project knows and wants to stay.
constexpr std::string_view kConfigName = ".pipexpr.json";

// That file beside another one, or in the nearest folder above it; empty when there is none.
std::string nearest_config(const std::string& path);

// Whether one of the globs names the path, its last part, or a folder that it is in.
bool is_excluded(std::string_view path, const std::vector<std::string>& globs);

// `**` stands for anything, `*` for anything but a slash, `?` for one character.
bool matches_path(std::string_view glob, std::string_view path);

}  // namespace cli
