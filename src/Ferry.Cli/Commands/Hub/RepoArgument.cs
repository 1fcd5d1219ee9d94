using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Reads repositories from the command line, and finds the one that was meant.</summary>
internal static class RepoArgument
{
    /// <summary>Reads one.</summary>
    /// <exception cref="ConfigException">It is none.</exception>
    public static RepoSelector Parse(string text) => RepoSelector.TryParse(text, out var selector, out var reason)
        ? selector
        : throw new ConfigException($"'{Printable.Shorten(text)}' is no repository of the hub: it {reason}; write org/name, or datasets/org/name");

    /// <summary>What to say of a repository that is not there: the nearest that is, also of another type.</summary>
    /// <param name="repo">What was asked for.</param>
    /// <param name="where">Where it is not: <c>the cache</c>.</param>
    /// <param name="known">What is there.</param>
    public static ConfigException NotFound(RepoId repo, string where, IReadOnlyCollection<RepoId> known)
    {
        var hint = known.FirstOrDefault(each => each.Name == repo.Name) is { } other
            ? $" (did you mean '{other}'?)"
            : NearestName.Hint(repo.ToString(), known.Select(static each => each.ToString()));
        // A name without its organisation is the most common slip.
        if (hint.Length == 0 && known.FirstOrDefault(each => each.Name.EndsWith("/" + repo.Name, StringComparison.OrdinalIgnoreCase)) is { } owned)
        {
            hint = $" (did you mean '{owned}'?)";
        }

        return new ConfigException($"{repo}: not in {where}{hint}");
    }
}
