// SPDX-License-Identifier: MIT
// Feeds the parser of POSIX TZ strings, and continues a zone by the result.
#include "support/posix.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::check_posix(fuzz::text(data, size));
    return 0;
}
