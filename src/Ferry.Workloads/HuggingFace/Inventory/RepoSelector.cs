using System.Diagnostics.CodeAnalysis;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Inventory;

/// <summary>A repository as people name it, and perhaps a revision of it: <c>org/name</c>, <c>datasets/org/name@v1.0</c>, <c>org/name@2439f60</c>.</summary>
/// <param name="Repo">The repository; a model, unless the text says otherwise.</param>
/// <param name="Revision">A ref, a commit, or seven or more first digits of one; null for all of the repository.</param>
public sealed record RepoSelector(RepoId Repo, string? Revision)
{
    /// <summary>As few digits of a commit as are taken for one.</summary>
    public const int FewestDigits = 7;

    /// <summary>Reads a text.</summary>
    /// <param name="text">As people write it.</param>
    /// <param name="selector">What it means.</param>
    /// <param name="reason">Why it means nothing: half a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepoSelector? selector, [NotNullWhen(false)] out string? reason)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (name, revision) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
        var type = RepoType.Model;
        foreach (var each in RepoTypes.All)
        {
            if (name.StartsWith(each.ToPlural() + "/", StringComparison.Ordinal))
            {
                (type, name) = (each, name[(each.ToPlural().Length + 1)..]);
                break;
            }
        }

        selector = RepoId.TryParse(type, name, out var repo, out reason) ? new RepoSelector(repo, revision) : null;
        if (selector is not null && revision is not null && !IsRevision(revision, out reason))
        {
            selector = null;
        }

        return selector is not null;
    }

    /// <summary>Whether a revision of the repository is meant.</summary>
    public bool Matches(CachedRevision revision) => Revision is null
        || revision.Refs.Any(name => name.Name == Revision)
        || (Revision.Length >= FewestDigits && revision.Commit.Hex.StartsWith(Revision, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Revision is null ? Repo.ToString() : $"{Repo}@{Revision}";

    private static bool IsRevision(string text, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        return Names.Revision.TryParse(text, out _, out _) || RefName.TryParse(text, out _, out reason);
    }
}
