// SPDX-License-Identifier: MIT
// The expensive computation that the cog repeats, from a file with a name and a number of points on each
// line.
#pragma once

#include <algorithm>
#include <fmt/core.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Reads the file and ranks the players. Throws if the file does not exist.
inline std::string generate_leaderboard(std::string const& path)
{
    std::ifstream file{path};
    if (!file)
        throw std::runtime_error{"cannot read " + path};

    std::vector<std::pair<int, std::string>> players;
    std::string name;
    for (int points = 0; file >> name >> points;)
        players.emplace_back(points, name);
    std::ranges::sort(players, std::greater{});

    std::string text;
    for (std::size_t rank = 0; auto const& [points, player] : players)
        text += fmt::format("{}. {} ({} points)\n", ++rank, player, points);
    return text.empty() ? "nobody has points yet\n" : text;
}
