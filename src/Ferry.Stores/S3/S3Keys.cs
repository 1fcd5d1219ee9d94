using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>Keys and versions as S3 has them.</summary>
internal static class S3Keys
{
    /// <summary>The key in the bucket.</summary>
    /// <exception cref="StoreException"><see cref="StoreError.Invalid"/>: no request can name it.</exception>
    public static string InBucket(S3StoreOptions options, string key)
    {
        var full = options.Prefix + key;
        // A URL's "." and ".." are resolved on the way, by clients and proxies: another object would be meant.
        var isInvalid = key.Length == 0 || full[0] == '/' || ("/" + full + "/") is var path
            && (path.Contains("/./", StringComparison.Ordinal) || path.Contains("/../", StringComparison.Ordinal));
        return isInvalid
            ? throw new StoreException(StoreError.Invalid, S3Errors.Message(options, "use the key", key, "it cannot be part of a URL"))
            : full;
    }

    /// <summary>An ETag without its quotes, which some answers leave out.</summary>
    public static string Version(string? etag) => (etag ?? "").Trim('"');

    /// <summary>Order of keys by their bytes in UTF-8, which is not that of UTF-16.</summary>
    public static int Compare(string a, string b)
    {
        var i = a.AsSpan().CommonPrefixLength(b);
        if (i == a.Length || i == b.Length) return a.Length.CompareTo(b.Length);
        return Rank(a[i]).CompareTo(Rank(b[i]));

        // Surrogates stand for what comes after all other characters.
        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}
