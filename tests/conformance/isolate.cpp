// SPDX-License-Identifier: MIT
#include "isolate.hpp"

#include <exception>

#if __has_include(<sys/wait.h>) && __has_include(<poll.h>)
#define CONFORMANCE_HAS_FORK 1
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#endif

namespace conformance {

isolated_result run_here(std::function<std::string()> const& work)
{
    try {
        return {work(), {}};
    } catch (std::exception const& e) {
        return {{}, e.what()};
    } catch (...) {
        return {{}, "an exception of unknown type"};
    }
}

#if defined(CONFORMANCE_HAS_FORK)

namespace {

[[noreturn]] void fail(char const* what)
{
    throw std::system_error{errno, std::generic_category(), what};
}

/// Writes 'r' or 'p' before the text, so that a child that dies in between differs from one without output.
[[noreturn]] void be_child(int output, std::function<std::string()> const& work)
{
    isolated_result const result = run_here(work);
    std::string const message = result.problem.empty() ? 'r' + result.text : 'p' + result.problem;
    for (std::size_t sent = 0; sent < message.size();) {
        ssize_t const count = ::write(output, message.data() + sent, message.size() - sent);
        if (count < 0 && errno != EINTR)
            std::_Exit(2);
        if (count > 0)
            sent += static_cast<std::size_t>(count);
    }
    ::close(output);
    std::exit(0); // not _exit, because leak checkers and coverage report at exit
}

/// Reads everything up to the end. Returns false if the time was up before.
bool read_all(int input, std::chrono::steady_clock::time_point deadline, std::string& text)
{
    std::array<char, 65536> buffer{};
    for (;;) {
        auto const left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0)
            return false;
        pollfd ready{input, POLLIN, 0};
        int const found = ::poll(&ready, 1, static_cast<int>(left));
        if (found < 0 && errno != EINTR)
            fail("poll");
        if (found <= 0)
            continue;
        ssize_t const count = ::read(input, buffer.data(), buffer.size());
        if (count < 0 && errno != EINTR)
            fail("read");
        if (count == 0)
            return true;
        if (count > 0)
            text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::string how_it_ended(int status)
{
    if (WIFSIGNALED(status))
        return "crashed: signal " + std::to_string(WTERMSIG(status));
    return "exited with " + std::to_string(WEXITSTATUS(status));
}

} // namespace

isolated_result run_isolated(std::function<std::string()> const& work, std::chrono::seconds limit)
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        fail("pipe");
    std::fflush(nullptr); // otherwise the child would write the buffered output again
    pid_t const child = ::fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        ::close(ends[0]);
        be_child(ends[1], work);
    }
    ::close(ends[1]);

    std::string message;
    bool const ended = read_all(ends[0], std::chrono::steady_clock::now() + limit, message);
    ::close(ends[0]);
    if (!ended)
        ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            fail("waitpid");
    }
    if (!ended)
        return {{}, "did not end within " + std::to_string(limit.count()) + " s"};
    if (status != 0 || message.empty())
        return {{}, how_it_ended(status)};
    return message.front() == 'r' ? isolated_result{message.substr(1), {}}
                                  : isolated_result{{}, message.substr(1)};
}

#else

isolated_result run_isolated(std::function<std::string()> const& work, std::chrono::seconds)
{
    return run_here(work);
}

#endif

} // namespace conformance
