// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

#include <sys/wait.h>

namespace test {

/// A folder for files that promtool reads, which is removed at the end.
class promtool_folder {
public:
    promtool_folder()
        : path_{std::filesystem::temp_directory_path() /
                ("tasks_promtool_" + std::to_string(std::random_device{}()))}
    {
        std::filesystem::create_directory(path_);
    }
    promtool_folder(promtool_folder const&) = delete;
    promtool_folder& operator=(promtool_folder const&) = delete;
    ~promtool_folder() { std::filesystem::remove_all(path_); }

    void write(std::string const& file, std::string const& text) const
    {
        std::ofstream{path_ / file} << text;
    }

    /// What promtool says in this folder: nothing, if it is content and prints nothing else.
    /// @throws std::runtime_error it is not content
    [[nodiscard]] std::string run(std::string const& arguments) const
    {
        auto const command =
            "cd '" + path_.string() + "' && '" TASKS_TEST_PROMTOOL "' " + arguments + " 2>&1";
        auto* const pipe = ::popen(command.c_str(), "r");
        if (!pipe)
            throw std::runtime_error{"no shell"};
        std::string output;
        std::array<char, 4096> part{};
        while (auto const n = std::fread(part.data(), 1, part.size(), pipe))
            output.append(part.data(), n);
        auto const status = ::pclose(pipe);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            throw std::runtime_error{"promtool " + arguments + ": " + output};
        return output;
    }

private:
    std::filesystem::path path_;
};

} // namespace test
