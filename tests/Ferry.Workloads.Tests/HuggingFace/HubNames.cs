using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.Tests.HuggingFace;

/// <summary>Names for tests, which are right.</summary>
internal static class HubNames
{
    public static RepoId Repo(string name, RepoType type = RepoType.Model) =>
        RepoId.TryParse(type, name, out var id, out var reason) ? id : throw new ArgumentException(reason);

    /// <summary>A commit of forty times one digit.</summary>
    public static Revision Commit(char digit) => Revision.TryParse(new string(digit, 40), out var revision, out var reason) ? revision : throw new ArgumentException(reason);

    public static RefName Ref(string text) => RefName.TryParse(text, out var name, out var reason) ? name : throw new ArgumentException(reason);

    public static RepoPath Path(string text) => RepoPath.TryParse(text, out var path, out var reason) ? path : throw new ArgumentException(reason);

    public static BlobName Blob(string hex) => BlobName.TryParse(hex, out var name, out var reason) ? name : throw new ArgumentException(reason);

    /// <summary>The name of a content that git keeps.</summary>
    public static BlobName Git(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var hasher = new GitBlobSha1(bytes.Length);
        hasher.Append(bytes);
        return Blob(GitBlobSha1.ToHex(hasher.Finish()));
    }

    /// <summary>The name of a content of LFS.</summary>
    public static BlobName Lfs(string content) => Blob(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
}
