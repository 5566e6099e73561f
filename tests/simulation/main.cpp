// SPDX-License-Identifier: MIT
//
// tasks_simulation --seeds N --first K: plays the histories of N seeds from K on, library against model.
// tasks_simulation --trace K: shows what happens in one of them.
// tasks_simulation --regressions: plays the histories that once found a fault.
#include "compare.hpp"
#include "generate.hpp"
#include "regressions.hpp"
#include "shrink.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

struct arguments {
    std::uint64_t seeds = 20'000;
    std::uint64_t first = 1;
    std::uint64_t failures = 10; ///< the program gives up after so many
    std::optional<std::uint64_t> trace;
    bool shrinks = true;
};

int usage(char const* problem, char const* value)
{
    std::fprintf(stderr,
                 "tasks_simulation: %s '%s'\n"
                 "usage: tasks_simulation [--seeds N] [--first K] [--failures M] [--no-shrink] [--trace K] "
                 "[--regressions]\n",
                 problem, value);
    return 2;
}

void report(std::uint64_t seed, history const& h, std::string const& why, bool shrinks)
{
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), why.c_str());
    if (!shrinks) {
        std::printf("%s\n", to_string(h).c_str());
        return;
    }
    auto const minimal = shrink(h, [&](history const& candidate) {
        auto const now = compare(candidate);
        return !now.empty() && (now == too_much) == (why == too_much);
    });
    std::string trace;
    auto const still = compare(minimal, &trace);
    std::printf("  shrunk to:\n%s  which gives:\n%s  %s\n\n", to_string(minimal).c_str(), trace.c_str(),
                still.c_str());
}

int summary(std::uint64_t passed, std::uint64_t failed)
{
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed),
                static_cast<unsigned long long>(failed));
    return failed == 0 && passed != 0 ? 0 : 1;
}

int play_regressions()
{
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    for (auto const& r : regressions()) {
        std::string trace;
        auto const why = compare(r.what, &trace);
        ++(why.empty() ? passed : failed);
        if (!why.empty())
            std::printf("%s\n%s%s%s\n\n", r.name.c_str(), to_string(r.what).c_str(), trace.c_str(),
                        why.c_str());
    }
    return summary(passed, failed);
}

int show(std::uint64_t seed)
{
    auto const h = generate(seed);
    std::string trace;
    auto const why = compare(h, &trace);
    std::printf("%s%s%s\n", to_string(h).c_str(), trace.c_str(), why.empty() ? "agreed" : why.c_str());
    return why.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    arguments given;
    for (int i = 1; i < argc; ++i) {
        std::string_view const name = argv[i];
        if (name == "--regressions")
            return play_regressions();
        if (name == "--no-shrink") {
            given.shrinks = false;
            continue;
        }
        std::uint64_t value = 0;
        if (i + 1 == argc)
            return usage("unknown option, or one without its value,", argv[i]);
        char const* const text = argv[++i];
        auto const [end, error] = std::from_chars(text, text + std::strlen(text), value);
        if (error != std::errc{} || *end != '\0')
            return usage("not a number:", text);
        if (name == "--seeds")
            given.seeds = value;
        else if (name == "--first")
            given.first = value;
        else if (name == "--failures")
            given.failures = value;
        else if (name == "--trace")
            given.trace = value;
        else
            return usage("unknown option", argv[i - 1]);
    }
    if (given.trace)
        return show(*given.trace);

    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    for (auto seed = given.first; seed != given.first + given.seeds && failed < given.failures; ++seed) {
        auto const h = generate(seed);
        auto const why = compare(h);
        if (why.empty()) {
            ++passed;
        } else {
            ++failed;
            report(seed, h, why, given.shrinks);
        }
    }
    return summary(passed, failed);
}
