using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Addresses of the hub's API.</summary>
internal static class HubAddress
{
    /// <summary>What the hub says of a revision; only what is read of it is asked for, since a list of all files can be long.</summary>
    public static Uri Revision(Uri endpoint, RepoId repo, string revision) =>
        // Spaces are never gated, and the hub refuses the question.
        Of(endpoint, $"api/{repo.Type.ToPlural()}/{repo.Name}/revision/{Uri.EscapeDataString(revision)}?expand=sha&expand=private{(repo.Type == RepoType.Space ? "" : "&expand=gated")}");

    /// <summary>The first page of the files of a commit.</summary>
    public static Uri Tree(Uri endpoint, RepoId repo, Revision commit) => Of(endpoint, $"api/{repo.Type.ToPlural()}/{repo.Name}/tree/{commit.Hex}?recursive=true");

    /// <summary>A file of a commit.</summary>
    public static Uri File(Uri endpoint, RepoId repo, Revision commit, RepoPath path) =>
        Of(endpoint, $"{repo}/resolve/{commit.Hex}/{string.Join('/', path.Text.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Whether two addresses have the same scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether nobody can listen in on the way to an address.</summary>
    public static bool IsPrivateWay(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;

    private static Uri Of(Uri endpoint, string rest) => new($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{rest}");
}
