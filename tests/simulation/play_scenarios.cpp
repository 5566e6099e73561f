// SPDX-License-Identifier: MIT
//
// tasks_model_scenarios N PATH…: plays the scenarios of these files with the model alone. It must leave out
// exactly N, so that those which it does not understand are noticed, and those which it has come to.
#include "../conformance/corpus.hpp"
#include "../conformance/parse.hpp"
#include "scenarios.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fputs("usage: tasks_model_scenarios N PATH...\n", stderr);
        return 2;
    }
    int const expected = std::atoi(argv[1]);
    auto const corpus = conformance::read_corpus({argv + 2, argv + argc});
    for (auto const& error : corpus.errors)
        std::fprintf(stderr, "%s\n", error.c_str());
    int passed = 0;
    int failed = 0;
    std::map<std::string, int> skipped;
    for (auto const& c : corpus.cases) {
        if (c.kind != conformance::case_kind::loop)
            continue;
        auto const verdict = simulation::play_scenario(conformance::parse_loop_case(c.source));
        if (!verdict.skipped.empty()) {
            ++skipped[verdict.skipped];
        } else if (verdict.difference.empty()) {
            ++passed;
        } else {
            ++failed;
            std::printf("FAIL  %s  %s\n%s\n", c.file.c_str(), c.id.c_str(), verdict.difference.c_str());
        }
    }
    int left_out = 0;
    for (auto const& [why, n] : skipped) {
        left_out += n;
        std::printf("%d left out: %s\n", n, why.c_str());
    }
    std::printf("%d passed, %d failed, %d left out\n", passed, failed, left_out);
    if (left_out != expected)
        std::printf("FAIL  %d scenarios are left out in place of %d\n", left_out, expected);
    return failed == 0 && passed != 0 && left_out == expected && corpus.errors.empty() ? 0 : 1;
}
