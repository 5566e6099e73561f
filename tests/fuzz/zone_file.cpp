// SPDX-License-Identifier: MIT
// Feeds the parser of compiled zone files with their bytes. A TZ string found in a file is parsed as well.
#include "support/posix.hpp"

#include <tasks/time/detail/tzif_footer.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const content = fuzz::text(data, size);
    auto const footer = tasks::detail::zone_footer(content);
    if (footer.empty())
        return 0;
    fuzz::require(footer.find('\n') == footer.npos, "a footer is one line", content);
    fuzz::require(content.ends_with(std::string{footer} + '\n'), "a footer is the last line", content);
    fuzz::check_posix(footer);
    return 0;
}
