using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>A repository of the hub, checked by the hub's rule: <c>org/name</c>, or <c>name</c> for a few old ones, and its type.</summary>
public sealed record RepoId : IComparable<RepoId>
{
    /// <summary>What stands for the slash in the name of a folder. No id has it in itself.</summary>
    public const string Separator = "--";

    private const int MaxPart = 96;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private RepoId(RepoType type, string name) => (Type, Name) = (type, name);

    /// <summary>What it is.</summary>
    public RepoType Type { get; }

    /// <summary>The id: <c>org/name</c> or <c>name</c>.</summary>
    public string Name { get; }

    /// <summary>Its folder in a cache: <c>models--org--name</c>.</summary>
    public string Folder => string.Concat(Type.ToPlural(), Separator, Name.Replace("/", Separator, StringComparison.Ordinal));

    /// <summary>Reads an id.</summary>
    /// <param name="type">Its type, which the text does not tell.</param>
    /// <param name="text">As on the hub's pages.</param>
    /// <param name="id">The id.</param>
    /// <param name="reason">Why it is none: half a sentence.</param>
    public static bool TryParse(
        RepoType type, string text, [NotNullWhen(true)] out RepoId? id, [NotNullWhen(false)] out string? reason)
    {
        reason = WhyNone(text);
        id = reason is null ? new RepoId(type, text) : null;
        return id is not null;
    }

    /// <summary>Reads the name of a folder in a cache.</summary>
    public static bool TryParseFolder(string folder, [NotNullWhen(true)] out RepoId? id, [NotNullWhen(false)] out string? reason)
    {
        foreach (var type in RepoTypes.All)
        {
            var prefix = type.ToPlural() + Separator;
            if (folder.StartsWith(prefix, StringComparison.Ordinal))
            {
                var name = folder[prefix.Length..];
                var first = name.IndexOf(Separator, StringComparison.Ordinal);
                return TryParse(type, first < 0 ? name : $"{name[..first]}/{name[(first + Separator.Length)..]}", out id, out reason);
            }
        }

        (id, reason) = (null, "does not begin with models--, datasets-- or spaces--");
        return false;
    }

    /// <inheritdoc/>
    public int CompareTo(RepoId? other) =>
        other is null ? 1 : string.CompareOrdinal(Name, other.Name) is not 0 and var order ? order : Type.CompareTo(other.Type);

    /// <summary>The id; other types than models with their plural before it, as in the hub's addresses: <c>datasets/org/name</c>.</summary>
    public override string ToString() => Type == RepoType.Model ? Name : $"{Type.ToPlural()}/{Name}";

#pragma warning disable CS1591 // ordinary comparison
    public static bool operator <(RepoId left, RepoId right) => left.CompareTo(right) < 0;

    public static bool operator >(RepoId left, RepoId right) => left.CompareTo(right) > 0;

    public static bool operator <=(RepoId left, RepoId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RepoId left, RepoId right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591

    private static string? WhyNone(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && text.IndexOf('/', slash + 1) >= 0)
        {
            return "has more than one slash";
        }

        return (slash < 0 ? null : WhyNoPart(text.AsSpan(0, slash), "organisation"))
            ?? WhyNoPart(text.AsSpan(slash + 1), "name")
            ?? (text.Contains(Separator, StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal) ? "has -- or .. in it"
                : text.EndsWith(".git", StringComparison.Ordinal) ? "ends with .git"
                : null);
    }

    private static string? WhyNoPart(ReadOnlySpan<char> part, string what) => part switch
    {
        [] => $"has an empty {what}",
        { Length: > MaxPart } => $"has {(what == "name" ? "a" : "an")} {what} of more than {MaxPart} characters",
        _ when part.ContainsAnyExcept(s_allowed) => "has other characters than ASCII letters, digits, '_', '-' and '.'",
        ['-' or '.', ..] or [.., '-' or '.'] => $"has {(what == "name" ? "a" : "an")} {what} that begins or ends with '-' or '.'",
        _ => null,
    };
}
