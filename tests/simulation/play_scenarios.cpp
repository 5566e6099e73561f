// SPDX-License-Identifier: MIT
//
// tasks_model_scenarios PATH…: plays the scenarios of these files with the model alone.
#include "../conformance/corpus.hpp"
#include "../conformance/parse.hpp"
#include "scenarios.hpp"

#include <cstdio>
#include <map>
#include <string>

int main(int argc, char** argv)
{
    auto const corpus = conformance::read_corpus({argv + 1, argv + argc});
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
    for (auto const& [why, n] : skipped)
        std::printf("%d left out: %s\n", n, why.c_str());
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed != 0 && corpus.errors.empty() ? 0 : 1;
}
