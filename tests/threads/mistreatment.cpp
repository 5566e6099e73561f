// SPDX-License-Identifier: MIT
#include "controlled_loop.hpp"
#include "support/catch.hpp"

#include <memory>
#include <vector>

// Many threads start, stop, cancel, restart, reschedule, trigger, pause, resume, query, join, call, shut down
// and destroy the loops of a pool of 4 threads, whose bodies also work on the threads of another pool. The
// number of calls is limited, not the time. The checks hold for any interleaving, and the thread sanitizer
// detects the rest.

namespace {

void mistreat(test::slots_are kind, int overlap)
{
    CAPTURE(overlap);
    net::thread_pool own_pool{4};
    net::thread_pool other_pool{2};
    std::vector<std::unique_ptr<test::controlled_loop>> subjects;
    for (int i = 0; i < 5; ++i)
        subjects.push_back(
            std::make_unique<test::controlled_loop>(own_pool, other_pool, kind, overlap, i % 2 != 0));

    test::from_threads(6, 1500,
                       [&](std::mt19937& random) { subjects[random() % subjects.size()]->provoke(random); });

    for (std::size_t i = 0; i < subjects.size(); i += 2)
        subjects[i]->must_still_work();
    for (auto const& s : subjects)
        s->destroy();
    own_pool.join();
    other_pool.join();
    for (auto const& s : subjects) {
        CHECK(s->faults() == "");
        CHECK(s->runs() > 0);
        CHECK(s->requested() > 0);
        CHECK(s->told().served > 0);
        CHECK(s->told().aborted > 0);
        CHECK(s->told().refused > 0);
    }
}

} // namespace

TEST_CASE("the loops of a pool keep the rules, whatever many threads do to them")
{
    mistreat(test::slots_are::instants, GENERATE(1, 3));
}

TEST_CASE("the loops of a pool keep the rules, whatever many threads do to them: intervals")
{
    mistreat(test::slots_are::interval, GENERATE(1, 3));
}

TEST_CASE("the loops of a pool keep the rules, whatever many threads do to them: a fixed delay")
{
    mistreat(test::slots_are::fixed_delay, 1);
}

TEST_CASE("the loops of a pool keep the rules, whatever many threads do to them: iterations on request")
{
    mistreat(test::slots_are::on_trigger, GENERATE(1, 3));
}
