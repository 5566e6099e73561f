// SPDX-License-Identifier: MIT
// Feeds the reader of POSIX TZ strings, and continues a zone by what it read.
#include "support/posix.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::check_posix(fuzz::text(data, size));
    return 0;
}
