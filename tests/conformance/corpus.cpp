// SPDX-License-Identifier: MIT
#include "corpus.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace conformance {
namespace {

namespace fs = std::filesystem;

bool is_of_interest(fs::path const& file)
{
    std::string const name = file.filename().string();
    return name == "daily-next-fire.json" || name == "compose-next.json" || name == "parse-schedule.json" ||
           ((name.starts_with("loop-") || name.starts_with("cron-")) && name.ends_with(".json"));
}

json read_json(fs::path const& file)
{
    std::ifstream in{file, std::ios::binary};
    if (!in)
        throw std::runtime_error("cannot be opened");
    json result = json::parse(in);
    if (!result.is_object())
        throw std::runtime_error("is not a JSON object");
    if (result.value("format", 0) != 1)
        throw std::runtime_error("\"format\" is not 1");
    return result;
}

std::string id_of(json const& holder, std::string const& list, std::size_t index)
{
    if (holder.is_object()) {
        if (auto const id = holder.find("id"); id != holder.end() && id->is_string())
            return id->get<std::string>();
    }
    return list + '[' + std::to_string(index) + ']';
}

/// A kind of file, and the list in it.
struct form {
    std::string_view name;
    case_kind kind;
    std::string list;
};

form const& form_of(json const& content)
{
    static form const forms[] = {
        {"daily-next-fire", case_kind::daily, "vectors"},
        {"cron-next", case_kind::cron_next, "vectors"},
        {"cron-invalid", case_kind::cron_invalid, "expressions"},
        {"cron-dialect", case_kind::cron_dialect, "vectors"},
        {"compose-next", case_kind::compose, "vectors"},
        {"parse-schedule", case_kind::schedule_text, "vectors"},
    };
    static form const scenarios{"", case_kind::loop, "cases"};
    auto const name = content.value("kind", std::string{});
    auto const found =
        std::find_if(std::begin(forms), std::end(forms), [&](form const& f) { return f.name == name; });
    return found == std::end(forms) ? scenarios : *found;
}

void read_cases(json& content, std::string const& file, corpus& into)
{
    auto const& [name, kind, list] = form_of(content);
    auto const found = content.find(list);
    if (found == content.end() || !found->is_array())
        throw std::runtime_error("has no list \"" + list + '"');
    for (std::size_t i = 0; i < found->size(); ++i) {
        json& source = (*found)[i];
        json const empty;
        json const& holder = kind != case_kind::loop                             ? source
                             : source.is_object() && source.contains("scenario") ? source["scenario"]
                                                                                 : empty;
        std::string id = id_of(holder, list, i);
        into.cases.push_back({kind, file, std::move(id), std::move(source)});
    }
}

void read_file(fs::path const& file, corpus& into)
{
    try {
        json content = read_json(file);
        read_cases(content, file.filename().string(), into);
    } catch (std::exception const& e) {
        into.errors.push_back(file.string() + ": " + e.what());
    }
}

std::vector<fs::path> files_in(fs::path const& folder)
{
    std::vector<fs::path> result;
    for (auto const& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.is_regular_file() && is_of_interest(entry.path()))
            result.push_back(entry.path());
    }
    std::sort(result.begin(), result.end());
    return result;
}

} // namespace

corpus read_corpus(std::vector<fs::path> const& paths)
{
    corpus result;
    for (fs::path const& path : paths) {
        std::error_code unused;
        if (!fs::is_directory(path, unused)) {
            read_file(path, result);
            continue;
        }
        try {
            for (fs::path const& file : files_in(path))
                read_file(file, result);
        } catch (fs::filesystem_error const& e) {
            result.errors.push_back(e.what());
        }
    }
    return result;
}

} // namespace conformance
