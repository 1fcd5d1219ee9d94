using System.Diagnostics.CodeAnalysis;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>Which revision of which repository is wanted.</summary>
public sealed record PullRequest
{
    /// <summary>What an id without a revision means.</summary>
    public const string Main = "main";

    private PullRequest(IReadOnlyList<RepoId> candidates, string revision) => (Candidates, Revision) = (candidates, revision);

    /// <summary>The repository; of an id without a type, the model, the dataset and the space of that id, of which the first that is found is meant.</summary>
    public IReadOnlyList<RepoId> Candidates { get; }

    /// <summary>A ref, a commit, or the first digits of one.</summary>
    public string Revision { get; }

    /// <summary>The id as the user gave it.</summary>
    public string Name => Candidates[0].Name;

    /// <summary>Whether the revision can be the beginning of a commit.</summary>
    public bool IsCommitPrefix => Revision.Length is >= 7 and < HexName.Sha1Length && HexName.Is(Revision, Revision.Length);

    /// <summary>A request for a ref of a repository that is known.</summary>
    public static PullRequest Of(RepoId repo, RefName name) => new([repo], name.Name);

    /// <summary>A request for a commit of a repository that is known.</summary>
    public static PullRequest Of(RepoId repo, Names.Revision commit) => new([repo], commit.Hex);

    /// <summary>Reads a request.</summary>
    /// <param name="id">The id, also with its type before it as in addresses: <c>datasets/org/name</c>.</param>
    /// <param name="type">Its type; null if that is not said.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="reason">Why it is none: one line, with what was given.</param>
    public static bool TryParse(
        string id, RepoType? type, string? revision, [NotNullWhen(true)] out PullRequest? request, [NotNullWhen(false)] out string? reason)
    {
        request = null;
        foreach (var each in RepoTypes.All)
        {
            // No organisation of the hub has one of these names.
            var prefix = each.ToPlural() + "/";
            if (id.StartsWith(prefix, StringComparison.Ordinal) && (type is null || type == each))
            {
                (id, type) = (id[prefix.Length..], each);
            }
        }

        if (!RepoId.TryParse(type ?? RepoType.Model, id, out var first, out var why))
        {
            reason = $"{id}: {why}; a repository is org/name";
            return false;
        }

        var wanted = revision ?? Main;
        reason = Names.Revision.TryParse(wanted, out _, out _) || RefName.TryParse(wanted, out _, out why) ? null : $"{wanted}: {why}; a revision is a branch, a tag or a commit";
        request = reason is null ? new PullRequest(type is null ? AllOf(first) : [first], wanted) : null;
        return request is not null;
    }

    private static List<RepoId> AllOf(RepoId model)
    {
        var ids = new List<RepoId> { model };
        foreach (var type in (RepoType[])[RepoType.Dataset, RepoType.Space])
        {
            if (RepoId.TryParse(type, model.Name, out var id, out _))
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
