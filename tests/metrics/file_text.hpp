// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace test {

/// The text of a file in docs/ or tests/.
inline std::string file_text(std::string const& path)
{
    std::ifstream file{path};
    if (!file)
        throw std::runtime_error{"cannot read " + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace test
