// SPDX-License-Identifier: MIT
#include "shrink.hpp"

#include <cstddef>
#include <utility>

namespace simulation {
namespace {

class shrinker {
public:
    shrinker(history h, std::function<bool(history const&)> const& fails)
        : best_{std::move(h)}
        , fails_{fails}
    {
    }

    history run()
    {
        do
            better_ = false;
        while ((pass(), better_) && tries_ < most_tries);
        return std::move(best_);
    }

private:
    static constexpr int most_tries = 20'000;

    /// Changes a copy, and keeps it if it fails as well.
    template <class Change>
    bool attempt(Change change)
    {
        if (++tries_ > most_tries)
            return false;
        auto copy = best_;
        change(copy);
        if (!fails_(copy))
            return false;
        best_ = std::move(copy);
        better_ = true;
        return true;
    }

    /// Leaves out parts of a list: halves first, then ever smaller runs, single elements last.
    template <class List>
    void thin_out(List list, std::size_t keep = 0)
    {
        for (auto n = list(best_).size(); n != 0; n /= 2) {
            for (std::size_t i = 0; i + n <= list(best_).size();) {
                bool const done = list(best_).size() - n >= keep && attempt([&](history& h) {
                                      auto const first = list(h).begin() + static_cast<std::ptrdiff_t>(i);
                                      list(h).erase(first, first + static_cast<std::ptrdiff_t>(n));
                                  });
                if (!done)
                    ++i;
            }
        }
    }

    /// Sets a part to its simplest value.
    template <class Part, class Value>
    void simplify(Part part, Value const& value)
    {
        if (part(best_) != value)
            attempt([&](history& h) { part(h) = value; });
    }

    /// Sets it to zero, or halves it in multiples of the unit.
    template <class Part>
    void shorten(Part part, milliseconds::rep unit = 250)
    {
        for (int i = 0; i < 4; ++i) {
            auto const now = part(best_);
            if (now == milliseconds::zero() || attempt([&](history& h) { part(h) = milliseconds::zero(); }))
                break;
            if (!attempt([&](history& h) { part(h) = now / 2 / unit * unit; }))
                break;
        }
    }

    void pass()
    {
        simplify([](history& h) -> auto& { return h.wake_offset; }, milliseconds::zero());
        thin_out([](history& h) -> auto& { return h.steps; });
        for (std::size_t l = 0; l < best_.loops.size(); ++l) {
            simplify([l](history& h) -> auto& { return h.loops[l].after; }, std::optional<scripts>{});
            simplify([l](history& h) -> auto& { return h.loops[l].error; }, std::optional<scripts>{});
            simplify([l](history& h) -> auto& { return h.loops[l].before; }, std::optional<scripts>{});
            simplify([l](history& h) -> auto& { return h.loops[l].count; }, std::optional<std::int64_t>{});
            simplify([l](history& h) -> auto& { return h.loops[l].overlap; }, 1u);
            simplify([l](history& h) -> auto& { return h.loops[l].missed; }, missed_policy::coalesce);
            simplify([l](history& h) -> auto& { return h.loops[l].reconnect; }, true);
            simplify([l](history& h) -> auto& { return h.loops[l].strand; }, false);
            simplify([l](history& h) -> auto& { return h.loops[l].plain; }, false);
            simplify([l](history& h) -> auto& { return h.loops[l].initial_delay; }, milliseconds::zero());
            simplify([l](history& h) -> auto& { return h.loops[l].jitter; }, jitter_answers{});
            simplify([l](history& h) -> auto& { return h.loops[l].grace; }, std::optional<milliseconds>{});
            simplify([l](history& h) -> auto& { return h.loops[l].timeout; }, std::optional<milliseconds>{});
            simplify([l](history& h) -> auto& { return h.loops[l].retries; }, std::optional<unsigned>{});
            simplify([l](history& h) -> auto& { return h.loops[l].next_slot; }, false);
            thin_out([l](history& h) -> auto& { return h.loops[l].delays; }, 1);
            functions([l](history& h) -> auto& { return h.loops[l].body; });
            for (auto hook : {&loop_definition::before, &loop_definition::after, &loop_definition::error}) {
                if (best_.loops[l].*hook)
                    functions([l, hook](history& h) -> auto& { return *(h.loops[l].*hook); });
            }
        }
        last_loop();
        for (std::size_t i = 0; i < best_.steps.size(); ++i)
            shorten([i](history& h) -> auto& { return h.steps[i].length; },
                    best_.steps[i].what == step::kind::step_clock ? 1000
                                                                  : 250); // smaller steps have no effect
    }

    template <class Scripts>
    void functions(Scripts all)
    {
        thin_out(all, 1);
        for (std::size_t i = 0; i < all(best_).size(); ++i) {
            thin_out([&](history& h) -> auto& { return all(h)[i]; });
            for (std::size_t k = 0; k < all(best_)[i].size(); ++k) {
                simplify([&](history& h) -> auto& { return all(h)[i][k].goes_on; }, false);
                shorten([&](history& h) -> auto& { return all(h)[i][k].length; });
            }
        }
    }

    /// Removes the last loop, if nothing refers to it.
    void last_loop()
    {
        while (best_.loops.size() > 1) {
            auto const last = best_.loops.size() - 1;
            auto const names = [last](script const& s) {
                for (action const& a : s) {
                    if (a.target == last)
                        return true;
                }
                return false;
            };
            auto const any = [&](scripts const& all) {
                for (script const& s : all) {
                    if (names(s))
                        return true;
                }
                return false;
            };
            for (step const& s : best_.steps) {
                if (names({s.call}))
                    return;
            }
            for (std::size_t l = 0; l < last; ++l) {
                auto const& d = best_.loops[l];
                if (any(d.body) || (d.before && any(*d.before)) || (d.after && any(*d.after)) ||
                    (d.error && any(*d.error)))
                    return;
            }
            if (!attempt([](history& h) { h.loops.pop_back(); }))
                return;
        }
    }

    history best_;
    std::function<bool(history const&)> const& fails_;
    bool better_ = false;
    int tries_ = 0;
};

} // namespace

history shrink(history h, std::function<bool(history const&)> const& fails)
{
    return shrinker{std::move(h), fails}.run();
}

} // namespace simulation
