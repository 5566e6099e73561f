// SPDX-License-Identifier: MIT
// main() of a fuzz target without a fuzzer: tests every file of the folders named on the command line.
#include "check.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

int main(int count, char** arguments)
try {
    std::size_t inputs = 0;
    for (int i = 1; i < count; ++i) {
        for (auto const& file : std::filesystem::directory_iterator{arguments[i]}) {
            auto const name = file.path().filename().string();
            std::ifstream stream{file.path(), std::ios::binary};
            if (!stream)
                throw std::runtime_error{"cannot read " + name};
            std::vector<char> const content{std::istreambuf_iterator<char>{stream}, {}};
            std::printf("%s\n", name.c_str());
            std::fflush(stdout); // the last line names the input if the target aborts
            LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(content.data()), content.size());
            ++inputs;
        }
    }
    std::printf("%zu inputs\n", inputs);
    return inputs != 0 ? 0 : 1; // without inputs, nothing was tested
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
