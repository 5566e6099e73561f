// SPDX-License-Identifier: MIT
// Prints a picture of loops, as loops behave in virtual time; without a name, the names of all of them.
#include "scenes.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>

int main(int argc, char** argv)
try {
    auto const all = pictures::all_pictures();
    if (argc != 2) {
        for (auto const& p : all)
            std::printf("%s\n", std::string{p.name}.c_str());
        return 0;
    }
    auto const found = std::ranges::find(all, std::string_view{argv[1]}, &pictures::named_picture::name);
    if (found == all.end()) {
        std::fprintf(stderr, "There is no picture '%s'\n", argv[1]);
        return 1;
    }
    std::fputs(found->draw().c_str(), stdout);
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
