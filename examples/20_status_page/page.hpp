// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

/// The page, one file with its styles and scripts, and the content security policy that allows these and no
/// others. Both are made of the files in `page/` when the program is built.
struct page {
    static std::string_view const html;
    static std::string_view const policy;
};
