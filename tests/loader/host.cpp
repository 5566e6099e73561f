// SPDX-License-Identifier: MIT
// Loads the given plug-ins. Each has its own copy of the library, and so does the host. The loops of all run
// on the host's context, and any copy may control, wait for, and use the executor of the loops of another.
#include "check.hpp"
#include "plugin.hpp"

#include <tasks/testing.hpp>

#include <dlfcn.h>

#include <memory>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::unique_ptr<plugin> load(char const* path, net::io_context& io)
{
    auto* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        std::fputs(dlerror(), stderr);
    CHECK(library);
    auto* const make = reinterpret_cast<make_plugin*>(dlsym(library, "make"));
    CHECK(make);
    return std::unique_ptr<plugin>{make(io)};
}

bool is_abandoned(std::exception_ptr const& exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (tasks::abandoned const&) {
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace

int main(int argc, char** argv)
{
    CHECK(argc > 2);
    net::io_context io;
    tasks::testing::virtual_time time{io};
    std::vector<std::unique_ptr<plugin>> plugins;
    for (int i = 1; i < argc; ++i)
        plugins.push_back(load(argv[i], io));

    int bodies = 0;
    tasks::loop own{io, 10ms, [&bodies] { ++bodies; }};
    own.start();
    time.advance(95ms);
    CHECK(bodies == 10);
    for (auto const& p : plugins) {
        CHECK(p->bodies() == 10); // all in the host's time
        CHECK(p->dispatched_at_once() == 10);
        CHECK(p->loop().is_running());
        CHECK(p->loop().next_iteration() == own.next_iteration());
    }

    // An exception that one copy throws is caught by another.
    for (auto const& p : plugins) {
        bool caught = false;
        try {
            p->ask_for_nonsense();
        } catch (tasks::bad_option const&) {
            caught = true;
        }
        CHECK(caught);
    }

    // The host's functions, coroutines and loops on the executors of the plug-ins.
    int functions = 0;
    int guest_bodies = 0;
    int at_once = 0;
    std::vector<std::unique_ptr<tasks::loop<>>> guests;
    for (auto const& p : plugins) {
        auto const executor = p->loop().get_executor();
        net::post(executor, [&functions] { ++functions; });
        net::co_spawn(
            executor,
            [&functions]() -> net::awaitable<void> {
                co_await tasks::async_sleep_for(5ms);
                ++functions;
            },
            net::detached);
        guests.push_back(std::make_unique<tasks::loop<>>(executor, 10ms, [&, executor] {
            ++guest_bodies;
            bool inside = false;
            net::dispatch(executor, [&inside] { inside = true; });
            at_once += inside;
        }));
        guests.back()->start();
    }
    time.advance(95ms);
    CHECK(functions == 2 * (argc - 1));
    CHECK(guest_bodies == 10 * (argc - 1));
    CHECK(at_once == guest_bodies);

    // Waiting, ending, and destruction while it runs and is joined.
    int joined = 0;
    int abandoned = 0;
    for (auto const& p : plugins)
        p->loop().async_join([&](std::exception_ptr const& e) {
            ++joined;
            abandoned += e && is_abandoned(e);
        });
    auto& last = plugins.back()->loop();
    last.stop();
    time.advance(20ms);
    CHECK(joined == 1);
    CHECK(!last.is_running());
    plugins.clear();
    time.advance(50ms);
    CHECK(joined == argc - 1);
    CHECK(abandoned == joined - 1);
    CHECK(bodies > 20);
    guests.clear();
    own.cancel();
    time.advance(1s);
    CHECK(!own.is_running());
}
