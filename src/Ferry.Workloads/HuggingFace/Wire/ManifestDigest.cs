using System.Globalization;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>
/// What a manifest carries of itself, so that bits that turned over on the way or in the store are seen: contents are named by their hashes, but nothing names a manifest. No proof against somebody
/// who writes manifests.
/// </summary>
internal static class ManifestDigest
{
    /// <summary>SHA-256 over lines of fields with a NUL between them: repository, commit and type; then for each file its path, content and size.</summary>
    public static Digest Of(RepoManifest manifest)
    {
        var hasher = new Sha256();
        Append(hasher, manifest.Repo.Name, manifest.Revision.Hex, RepoTypes.ToWord(manifest.Repo.Type));
        foreach (var file in manifest.Files)
        {
            Append(hasher, file.Path.Text, file.Blob.Hex, file.Bytes.ToString(CultureInfo.InvariantCulture));
        }

        return hasher.Finish();
    }

    private static void Append(Sha256 hasher, string first, string second, string third) => hasher.Append(Encoding.UTF8.GetBytes($"{first}\0{second}\0{third}\n"));
}
