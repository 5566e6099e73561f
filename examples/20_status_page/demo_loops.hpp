// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/group.hpp>
#include <tasks/tasks.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <random>
#include <string>

/// The background work of a shop that does not exist: loops that run well, run late, fail, give up, rest, or
/// wait for the night.
class demo_loops {
public:
    struct choice {
        bool trouble = true;  ///< with those that fail or are overdue
        std::size_t more = 0; ///< further loops, to see how a page with many behaves
    };

    demo_loops(asio::io_context& io, choice c);

    /// Attaches observers to all of them.
    template <class... Observers>
    void observe(Observers&... parts)
    {
        for (auto& l : loops_)
            l.observe(tasks::observers(parts...));
        resize_.observe(tasks::observers(parts...));
    }

    void start();

    [[nodiscard]] tasks::group const& group() const noexcept { return group_; }

private:
    void add_troubled(asio::io_context& io);
    asio::awaitable<void> work(std::chrono::milliseconds least, std::chrono::milliseconds most);
    asio::awaitable<void> fetch_prices();
    asio::awaitable<void> sync_stock();
    asio::awaitable<void> check_mirror(tasks::iteration it);
    [[nodiscard]] bool happens(double probability);
    void add(asio::io_context& io, tasks::options o, auto&& body);

    std::mt19937 random_{20};
    std::deque<tasks::loop<>> loops_;
    tasks::loop<void(std::string)> resize_;
    tasks::group group_;
};
