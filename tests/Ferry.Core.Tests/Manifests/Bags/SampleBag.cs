using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Tests.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Bags;

/// <summary>A bag on disk, made as a mirror makes one: payload first.</summary>
internal static class SampleBag
{
    public const string Agent = "ferry 0.1.0";

    /// <summary>A small one.</summary>
    public static void Write(TempTree tree) => Write(tree, ["a", "sub/b"]);

    public static void Write(TempTree tree, IEnumerable<string> paths)
    {
        tree.MakeDirectory("bag/data");
        BagWriter.Begin(tree["bag"]);
        var files = new List<NamedContent>();
        foreach (var path in paths.Select(Encoding.UTF8.GetBytes))
        {
            var content = Encoding.UTF8.GetBytes($"content {files.Count}");
            tree.Write([.. "bag/data/"u8, .. path], content);
            files.Add(new NamedContent(path, content, Digest: Sha256Of(content)));
        }

        using var manifest = TreeManifest.Of(tree["tree.manifest"], files);
        BagWriter.Finish(tree["bag"], manifest, new BagOptions { SoftwareAgent = Agent, Date = new DateOnly(2026, 3, 1) });
    }

    public static Digest Sha256Of(byte[] content)
    {
        var hasher = IContentHasher.Create(DigestAlgorithm.Sha256);
        hasher.Append(content);
        return hasher.Finish();
    }
}
