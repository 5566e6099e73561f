// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/retry/network_errors.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <system_error>
#include <type_traits>
#include <typeindex>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A user's `retry_if` predicate. It is never copied, because it may have state, such as a count of its
/// calls.
class retry_predicate {
public:
    retry_predicate() = default;
    retry_predicate(retry_predicate const&) = delete;
    retry_predicate& operator=(retry_predicate const&) = delete;
    virtual ~retry_predicate() = default;

    [[nodiscard]] virtual bool operator()(std::exception_ptr const& exception) = 0;
};

template <class P>
inline constexpr bool over_exceptions = std::is_invocable_r_v<bool, P&, std::exception_ptr const&>;
template <class P>
inline constexpr bool over_codes = std::is_invocable_r_v<bool, P&, std::error_code const&>;

/// A predicate over exceptions or over error codes.
template <class P>
class retry_predicate_of final : public retry_predicate {
public:
    explicit retry_predicate_of(P&& predicate)
        : predicate_(std::move(predicate))
    {
    }

    bool operator()(std::exception_ptr const& exception) override
    {
        assert_unlocked();
        if constexpr (over_exceptions<P>) {
            return std::invoke(predicate_, exception);
        } else {
            auto const code = code_of(exception);
            return code && std::invoke(predicate_, *code);
        }
    }

private:
    P predicate_;
};

/// Returns null for an empty function, which retries nothing.
template <class P>
[[nodiscard]] std::shared_ptr<retry_predicate> make_retry_predicate(P predicate)
{
    constexpr bool fits = over_exceptions<P> || over_codes<P>;
    static_assert(fits, "tasks: retry_if takes a predicate over std::exception_ptr or over std::error_code");
    if constexpr (std::is_constructible_v<P, std::nullptr_t>)
        if (predicate == nullptr)
            return nullptr;
    if constexpr (fits)
        return std::make_shared<retry_predicate_of<P>>(std::move(predicate));
    else
        return nullptr;
}

/// The exceptions that are retried: a set of types and a user's predicate. Copies share the predicate.
class handled_errors {
public:
    handled_errors() { add<network_errors>(); }

    template <class E>
    void add()
    {
        static_assert(
            std::is_class_v<E> || std::is_scalar_v<E>,
            "tasks: name the exception type itself, without const, reference or pointer decoration");
        if (!has<E>())
            types_.push_back({typeid(E), &is<E>});
    }

    template <class E>
    [[nodiscard]] bool has() const noexcept
    {
        for (auto const& t : types_)
            if (t.type == typeid(E))
                return true;
        return false;
    }

    template <class E>
    bool remove() noexcept
    {
        return std::erase_if(types_, [](entry const& t) { return t.type == typeid(E); }) != 0;
    }

    void clear() noexcept
    {
        types_.clear();
        predicate_ = nullptr;
    }

    void retry_if(std::shared_ptr<retry_predicate> predicate) noexcept { predicate_ = std::move(predicate); }

    /// @throws anything that the predicate throws
    [[nodiscard]] bool match(std::exception_ptr const& exception) const
    {
        auto const first = first_of(exception);
        for (auto const& t : types_)
            if (t.matches(exception, first))
                return true;
        return predicate_ && (*predicate_)(exception);
    }

private:
    struct entry {
        std::type_index type;
        bool (*matches)(std::exception_ptr const& whole, std::exception_ptr const& first) noexcept;
    };

    template <class E>
    static bool is(std::exception_ptr const& whole, std::exception_ptr const& first) noexcept
    {
        if constexpr (std::same_as<E, network_errors>) {
            return is_network_error(first);
        } else {
            constexpr bool names_several = std::same_as<E, asio::multiple_exceptions>;
            try {
                std::rethrow_exception(names_several ? whole : first);
            } catch (E const&) {
                return true;
            } catch (...) {
                return false;
            }
        }
    }

    std::vector<entry> types_;
    std::shared_ptr<retry_predicate> predicate_;
};

} // namespace detail
TASKS_END_NAMESPACE
