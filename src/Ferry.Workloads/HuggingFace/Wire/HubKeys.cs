using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>
/// The keys of a bucket, docs/formats/hub-bucket.md: those that the older tool has, too (shared), and those of Ferry alone (own), for what it cannot tell apart: a model and a dataset of
/// the same id, <c>a/b__c</c> and <c>a__b/c</c>.
/// </summary>
public sealed class HubKeys
{
    private const string Own = "ferry/";
    private const int MaxPrefix = 256;

    private static readonly SearchValues<char> s_flat =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private HubKeys(string prefix) => Prefix = prefix;

    /// <summary>The team's prefix with a slash behind it, or nothing. All keys begin with it.</summary>
    public string Prefix { get; }

    /// <summary>Takes the team's prefix; slashes around it do not matter.</summary>
    public static bool TryCreate(string prefix, [NotNullWhen(true)] out HubKeys? keys, [NotNullWhen(false)] out string? reason)
    {
        var trimmed = prefix.Trim('/');
        reason = trimmed.Length switch
        {
            0 => null,
            > MaxPrefix => $"is longer than {MaxPrefix} characters",
            _ => RepoPath.TryParse(trimmed, out _, out var why) ? null : why,
        };
        keys = reason is null ? new HubKeys(trimmed.Length == 0 ? "" : trimmed + "/") : null;
        return keys is not null;
    }

    /// <summary>What the keys of contents begin with.</summary>
    public string Blobs => $"{Prefix}blobs/";

    /// <summary>The key of a content.</summary>
    public string Blob(BlobName name) => Blobs + name.Hex;

    /// <summary>The older tool's key of a manifest.</summary>
    public string SharedManifest(RepoId repo, Revision revision) => SharedManifest(Flatten(repo), revision);

    /// <summary>The older tool's key of a manifest, of which only the id's flattened form is known.</summary>
    public string SharedManifest(string flat, Revision revision) => $"{Prefix}manifests/{flat}@{revision.Hex}.json";

    /// <summary>What the keys of all refs begin with: the older tool's, and Ferry's own, which are not of refs only.</summary>
    public (string Shared, string Own) AllRefs => ($"{Prefix}refs/", $"{Prefix}{Own}");

    /// <summary>What the keys of manifests begin with, shared and own, of commits that begin with these digits.</summary>
    public (string Shared, string Own) Manifests(RepoId repo, string digits) =>
        ($"{Prefix}manifests/{Flatten(repo)}@{digits}", $"{Prefix}{Own}{repo.Folder}/manifests/{digits}");

    /// <summary>Ferry's own key of a manifest, when the shared one belongs to another repository.</summary>
    public string OwnManifest(RepoId repo, Revision revision) => $"{Prefix}{Own}{repo.Folder}/manifests/{revision.Hex}.json";

    /// <summary>The older tool's key of a ref.</summary>
    public string SharedRef(RepoId repo, RefName name) => $"{Prefix}refs/{Flatten(repo)}/{name.Name}";

    /// <summary>Ferry's own key of a ref, when the shared one belongs to another repository.</summary>
    public string OwnRef(RepoId repo, RefName name) => $"{Prefix}{Own}{repo.Folder}/refs/{name.Name}";

    /// <summary>What the keys of a repository's refs begin with: the shared ones, which may be another repository's, and Ferry's own.</summary>
    public (string Shared, string Own) RefsOf(RepoId repo) => ($"{Prefix}refs/{Flatten(repo)}/", $"{Prefix}{Own}{repo.Folder}/refs/");

    /// <summary>What the keys of claims begin with.</summary>
    public string Claims => $"{Prefix}{Own}claims/";

    /// <summary>The key under which somebody says that they are sending a content.</summary>
    public string Claim(BlobName name) => Claims + name.Hex;

    /// <summary>The key of the list of contents that nothing refers to.</summary>
    public string Marks => $"{Prefix}{Own}gc.json";

    /// <summary>An id as the older tool has it in keys: with <c>__</c> for the slash. Several ids can become the same.</summary>
    public static string Flatten(RepoId repo) => repo.Name.Replace("/", "__", StringComparison.Ordinal);

    /// <summary>Whether a key is where manifests are, whatever it is.</summary>
    public bool IsManifestLike(string key) => key.StartsWith($"{Prefix}manifests/", StringComparison.Ordinal)
        || (key.StartsWith(Prefix + Own, StringComparison.Ordinal) && key.Contains("/manifests/", StringComparison.Ordinal));

    /// <summary>What a key is; null for one that is none of ours, or that hides something in its names.</summary>
    public HubKey? Parse(string key)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = key[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : (rest[..slash], rest[(slash + 1)..]) switch
        {
            ("blobs", var name) => BlobName.TryParse(name, out var blob, out _) ? new HubKey(HubKeyKind.Blob) { Blob = blob } : null,
            ("manifests", var name) => ParseSharedManifest(name),
            ("refs", var name) => ParseSharedRef(name),
            ("ferry", var name) => ParseOwn(name),
            _ => null,
        };
    }

    private static HubKey? ParseSharedManifest(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && WithoutJson(name[(at + 1)..]) is { } hex && Revision.TryParse(hex, out var revision, out _) && IsFlat(name[..at])
            ? new HubKey(HubKeyKind.Manifest) { Flat = name[..at], Revision = revision }
            : null;
    }

    private static HubKey? ParseSharedRef(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsFlat(name[..slash]) && RefName.TryParse(name[(slash + 1)..], out var reference, out _)
            ? new HubKey(HubKeyKind.Ref) { Flat = name[..slash], Ref = reference }
            : null;
    }

    private static HubKey? ParseOwn(string name)
    {
        if (name == "gc.json")
        {
            return new HubKey(HubKeyKind.Marks);
        }

        if (name.StartsWith("claims/", StringComparison.Ordinal))
        {
            return BlobName.TryParse(name["claims/".Length..], out var claimed, out _) ? new HubKey(HubKeyKind.Claim) { Blob = claimed } : null;
        }

        if (name.Split('/', 3) is not [var folder, var kind, var rest] || !RepoId.TryParseFolder(folder, out var repo, out _))
        {
            return null;
        }

        var flat = Flatten(repo);
        return kind switch
        {
            "manifests" when WithoutJson(rest) is { } hex && Revision.TryParse(hex, out var revision, out _) =>
                new HubKey(HubKeyKind.Manifest) { Flat = flat, Repo = repo, Revision = revision },
            "refs" when RefName.TryParse(rest, out var reference, out _) => new HubKey(HubKeyKind.Ref) { Flat = flat, Repo = repo, Ref = reference },
            _ => null,
        };
    }

    private static string? WithoutJson(string name) => name.EndsWith(".json", StringComparison.Ordinal) ? name[..^".json".Length] : null;

    /// <summary>Whether an id can have become this: two parts with <c>__</c> between them have no more characters.</summary>
    private static bool IsFlat(string text) => text.Length <= 194 && !text.AsSpan().ContainsAnyExcept(s_flat) && !text.StartsWith('.');
}

/// <summary>What a key of a bucket is.</summary>
public enum HubKeyKind
{
    /// <summary>A content.</summary>
    Blob,

    /// <summary>What a revision consists of.</summary>
    Manifest,

    /// <summary>Which commit a branch or tag is.</summary>
    Ref,

    /// <summary>Somebody's word that they are sending a content.</summary>
    Claim,

    /// <summary>The list of contents that nothing refers to.</summary>
    Marks,
}

/// <summary>A key of a bucket, taken apart.</summary>
/// <param name="Kind">What it is.</param>
public sealed record HubKey(HubKeyKind Kind)
{
    /// <summary>Of a blob or a claim: the content's name.</summary>
    public BlobName Blob { get; init; }

    /// <summary>Of a manifest or a ref: the id as the older tool flattens it. Which repository it is only the manifest tells.</summary>
    public string? Flat { get; init; }

    /// <summary>Of Ferry's own keys: the repository; null for shared ones.</summary>
    public RepoId? Repo { get; init; }

    /// <summary>Of a manifest: the commit.</summary>
    public Revision? Revision { get; init; }

    /// <summary>Of a ref: its name.</summary>
    public RefName? Ref { get; init; }
}
