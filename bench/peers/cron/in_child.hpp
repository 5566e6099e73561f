// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <stdexcept>
#include <type_traits>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cron_peers {

/// Calls a function in a child process, because an engine may overflow the stack or never return. Nothing if
/// the child crashes, throws, or takes more than 20 s of CPU time.
template <class Function>
auto in_child(Function const& function) -> std::optional<decltype(function())>
{
    using result_type = decltype(function());
    static_assert(std::is_trivially_copyable_v<result_type>);
    int ends[2];
    if (pipe(ends) != 0)
        throw std::runtime_error{"no pipe"};
    auto const child = fork();
    if (child < 0)
        throw std::runtime_error{"no child process"};
    if (child == 0) {
        rlimit const limit{20, 20};
        setrlimit(RLIMIT_CPU, &limit);
        try {
            auto const result = function();
            _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
        } catch (...) {
            _exit(1);
        }
    }
    close(ends[1]);
    result_type result{};
    bool const is_whole = read(ends[0], &result, sizeof result) == sizeof result;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return is_whole ? std::optional{result} : std::nullopt;
}

} // namespace cron_peers
