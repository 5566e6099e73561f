// SPDX-License-Identifier: MIT
// What the blocks in the documents take for granted.
#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/core.h>

using namespace std::chrono_literals;

#define CHECK(...) static_cast<void>(__VA_ARGS__)

asio::awaitable<void> update_leaderboard();
asio::awaitable<void> poll_server();
void clean_up();
void beat();
