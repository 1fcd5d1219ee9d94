using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Stores;

/// <summary>What speaks to a store.</summary>
internal enum StoreKind
{
    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A bucket of S3, at Amazon or elsewhere.</summary>
    S3,

    /// <summary>A container of Azure Blob Storage.</summary>
    Azure,
}

/// <summary>Where a team's store is: <c>s3://bucket/prefix</c>, <c>az://container/prefix</c>, <c>file:///directory</c>.</summary>
/// <param name="Kind">What speaks to it.</param>
/// <param name="Name">The bucket, the container, or the absolute path of the directory.</param>
/// <param name="Prefix">What all keys begin with, without slashes at its ends; empty for nothing, and always for a directory.</param>
internal sealed record StoreUrl(StoreKind Kind, string Name, string Prefix)
{
    /// <summary>The forms there are, for messages.</summary>
    public const string Forms = "s3://BUCKET, az://CONTAINER or file:///DIRECTORY";

    private const int MaxName = 255;

    /// <summary>As it is written.</summary>
    public override string ToString() => Kind switch
    {
        StoreKind.Directory => "file://" + Name,
        StoreKind.S3 => $"s3://{Name}{Below}",
        _ => $"az://{Name}{Below}",
    };

    private string Below => Prefix.Length == 0 ? "" : "/" + Prefix;

    /// <summary>Reads a URL.</summary>
    /// <exception cref="ConfigException">It is none; the message has the place, and the nearest that is one.</exception>
    public static StoreUrl Parse(Setting<string> url)
    {
        var text = url.Value;
        // Whoever puts keys into an address is told so without a copy of them in a log.
        if (!text.StartsWith("file:", StringComparison.Ordinal) && text.AsSpan().ContainsAny('@', '?'))
        {
            throw new ConfigException($"{url.Origin.Where}: a store's URL has neither keys nor a query in it; write {Forms}, and set the keys in the environment");
        }

        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            throw new ConfigException($"{url.Origin.Where}: a store's URL has no control characters; write {Forms}");
        }

        var colon = text.IndexOf("://", StringComparison.Ordinal);
        return colon < 0 ? throw Refuse(url, text.StartsWith('/') ? "file://" + text : null) : text[..colon] switch
        {
            "s3" => OfService(url, StoreKind.S3, text[(colon + 3)..]),
            "az" => OfService(url, StoreKind.Azure, text[(colon + 3)..]),
            "file" => OfDirectory(url, text[(colon + 3)..]),
            "gs" => throw new ConfigException(
                $"{url.Origin.Where}: Google Cloud Storage is used through its S3 interface: 's3{Printable.Shorten(text[colon..])}' with the endpoint"
                + " https://storage.googleapis.com and an HMAC key (docs/hf.md)"),
            var scheme => throw Refuse(url, Nearest(scheme) is { } known ? known + text[colon..] : null),
        };
    }

    private static StoreUrl OfService(Setting<string> url, StoreKind kind, string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (name, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].Trim('/'));
        if (name.Length is 0 or > MaxName || !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_'))
        {
            throw Refuse(url, null);
        }

        return new StoreUrl(kind, name, CheckedPrefix(prefix, url.Origin));
    }

    private static StoreUrl OfDirectory(Setting<string> url, string path)
    {
        if (!path.StartsWith('/'))
        {
            // file://project/x: the first directory was taken for a host.
            throw Refuse(url, path.Length > 0 ? "file:///" + path : null);
        }

        return new StoreUrl(StoreKind.Directory, path.Length > 1 ? Path.GetFullPath(path).TrimEnd('/') : path, "");
    }

    /// <summary>A prefix that every store takes.</summary>
    /// <exception cref="ConfigException">It is none.</exception>
    private static string CheckedPrefix(string prefix, ConfigOrigin origin) => prefix.Split('/').All(static part => part is not ("." or ".."))
        && (prefix.Length == 0 || !prefix.Contains("//", StringComparison.Ordinal))
        ? prefix
        : throw new ConfigException($"{origin.Where}: a prefix in a store's URL has neither . nor .. nor // in it");

    private static string? Nearest(string scheme) => scheme.ToLowerInvariant() switch
    {
        "s3a" or "s3n" or "b2" or "r2" or "minio" or "s3" or "s3s" => "s3",
        "az" or "azure" or "abfs" or "abfss" or "wasb" or "wasbs" => "az",
        "files" or "nfs" or "file" => "file",
        _ => null,
    };

    private static ConfigException Refuse(Setting<string> url, string? nearest) => new(
        $"{url.Origin.Where}: '{Printable.Shorten(url.Value)}' is no store; "
        + (nearest is null ? $"write {Forms}" : $"did you mean '{Printable.Shorten(nearest)}'?")
        + (nearest is null && url.Value.StartsWith("http", StringComparison.Ordinal) ? ", and the address of the service as the endpoint" : ""));
}
