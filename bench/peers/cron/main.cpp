// SPDX-License-Identifier: MIT
// cron_peers VECTORS [ROUNDS [list]]: compares three cron engines; see bench/compare_cron.

#include "right.hpp"
#include "speed.hpp"
#include "vectors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Reads `2024-01-15T12:00:00Z`, perhaps with a fraction.
tasks::time_point parse_instant(std::string const& text)
{
    int y = 0, h = 0, min = 0, s = 0, used = 0;
    unsigned m = 0, d = 0;
    if (std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d%n", &y, &m, &d, &h, &min, &s, &used) != 6)
        throw std::runtime_error{"no instant: " + text};
    auto const rest = text.substr(static_cast<std::size_t>(used));
    auto const fraction = rest.front() == '.' ? std::stod("0" + rest) : 0.0;
    using namespace std::chrono;
    return sys_days{year{y} / month{m} / day{d}} + hours{h} + minutes{min} + seconds{s} +
           round<nanoseconds>(duration<double>{fraction});
}

std::vector<tasks::time_point> parse_instants(nlohmann::json const& list)
{
    std::vector<tasks::time_point> instants;
    for (auto const& t : list)
        instants.push_back(parse_instant(t));
    return instants;
}

std::vector<cron_peers::vector_of_slots> read_vectors(char const* file)
{
    std::ifstream stream{file};
    stream.exceptions(std::ios::badbit | std::ios::failbit);
    auto const document = nlohmann::json::parse(stream);
    std::vector<cron_peers::vector_of_slots> vectors;
    for (auto const& v : document.at("vectors")) {
        auto& added = vectors.emplace_back();
        added.expression = v.at("expr");
        added.zone = v.at("zone");
        added.from = parse_instant(v.at("from"));
        added.next = parse_instants(v.at("next"));
        added.complete = v.value("complete", false);
        if (v.contains("alt"))
            for (auto const& other : v.at("alt"))
                added.by_other_rules.push_back(parse_instants(other));
    }
    return vectors;
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 2) {
        std::fputs("cron_peers VECTORS [ROUNDS [list]]\n", stderr);
        return 2;
    }
    auto const vectors = read_vectors(argv[1]);
    int const rounds = argc > 2 ? std::atoi(argv[2]) : 9;
    bool const list = argc > 3 && std::string_view{argv[3]} == "list";

    cron_peers::print_right(vectors, list);
    std::vector<std::string> expressions;
    for (auto const& v : vectors)
        if (std::ranges::find(expressions, v.expression) == expressions.end())
            expressions.push_back(v.expression);
    for (auto const* zone : {"UTC", "Europe/Berlin"}) {
        std::puts("");
        cron_peers::print_speed(expressions, zone, rounds, list);
    }
} catch (std::exception const& e) {
    std::fprintf(stderr, "cron_peers: %s\n", e.what());
    return 1;
}
