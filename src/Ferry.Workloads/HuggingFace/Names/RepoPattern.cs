using System.IO.Enumeration;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>Which repositories are meant: <c>org/*</c>, <c>datasets/*</c>, <c>*/Mistral-?B*</c>. A star stands for any characters, slashes too, as in the older tool.</summary>
public sealed class RepoPattern
{
    private readonly string _repo;
    private readonly string? _revision;

    /// <summary>Takes a pattern; one with an @ in it is about single revisions: <c>org/name@v1.0</c>.</summary>
    public RepoPattern(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        (_repo, _revision) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    /// <summary>Whether a repository is meant, with all of its revisions.</summary>
    public bool Matches(RepoId repo) => _revision is null && MatchesRepo(repo);

    /// <summary>Whether a revision is meant.</summary>
    /// <param name="repo">Its repository.</param>
    /// <param name="commit">Its commit, of which the pattern may have the first digits.</param>
    /// <param name="refs">The refs that lead to it.</param>
    public bool Matches(RepoId repo, Revision commit, IEnumerable<RefName> refs) => MatchesRepo(repo) && (_revision is null
        || (_revision.Length >= 7 && commit.Hex.StartsWith(_revision, StringComparison.Ordinal))
        || refs.Any(name => FileSystemName.MatchesSimpleExpression(_revision, name.Name, ignoreCase: false)));

    private bool MatchesRepo(RepoId repo) =>
        FileSystemName.MatchesSimpleExpression(_repo, repo.ToString(), ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(_repo, repo.Name, ignoreCase: false);
}
