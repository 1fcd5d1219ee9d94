using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Names in a cache: docs/formats/hub-cache.md.</summary>
internal static class HubLayout
{
    public const string Blobs = "blobs";
    public const string Refs = "refs";
    public const string Snapshots = "snapshots";
    public const string Trees = "trees";
    public const string NoExist = ".no_exist";
    public const string Locks = ".locks";
    public const string Tag = "CACHEDIR.TAG";
    public const string Incomplete = ".incomplete";

    /// <summary>What backup tools look for; the rest of the file is for people.</summary>
    public static ReadOnlySpan<byte> TagText =>
        "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of the Hugging Face hub. See https://bford.info/cachedir/\n"u8;

    /// <summary>Whether a name is of no concern: what desktops leave in each directory that they show.</summary>
    public static bool IsLitter(string name) => name is ".DS_Store" or "Thumbs.db" or "desktop.ini";

    /// <summary>Whether a client is writing, or was, under this name: it ends with <c>.&lt;8 hex&gt;.tmp</c> or <c>.&lt;8 hex&gt;.shared</c>.</summary>
    public static bool IsTemporary(string name)
    {
        var suffix = name.EndsWith(".tmp", StringComparison.Ordinal) ? 4 : name.EndsWith(".shared", StringComparison.Ordinal) ? 7 : 0;
        var stem = name.AsSpan(0, name.Length - suffix);
        return suffix > 0 && stem.Length > 9 && stem[^9] == '.' && HexName.Is(stem[^8..], 8);
    }

    /// <summary>Whether a place, relative to the cache, is that of a content in the shared store.</summary>
    public static bool IsStored(string place) =>
        place.Split('/') is [Blobs, { Length: 2 } prefix, var hash] && HexName.Is(hash, HexName.Sha256Length) && hash.StartsWith(prefix, StringComparison.Ordinal);
}
