using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Stores;

/// <summary>Checks the address of a service.</summary>
internal static class StoreEndpoint
{
    /// <summary>Reads it.</summary>
    /// <param name="endpoint">As configured.</param>
    /// <param name="mayHavePath">Whether something may follow the host, as it does at emulators.</param>
    /// <exception cref="ConfigException">It is no address; the message has the place, and the nearest that is one.</exception>
    public static Uri Parse(Setting<string> endpoint, bool mayHavePath)
    {
        var text = endpoint.Value;
        var where = endpoint.Origin.Where;
        if (text.AsSpan().ContainsAny('@', '?', '#'))
        {
            throw new ConfigException($"{where}: an endpoint has neither keys nor a query in it; write https://HOST, and set the keys in the environment");
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            throw new ConfigException($"{where}: the endpoint '{Printable.Shorten(text)}' has no scheme; did you mean 'https://{Printable.Shorten(text)}'?");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw new ConfigException($"{where}: the endpoint '{Printable.Shorten(text)}' is no http or https address; write it as https://HOST");
        }

        return mayHavePath || uri.AbsolutePath == "/" ? uri : throw new ConfigException(
            $"{where}: the endpoint '{Printable.Shorten(text)}' must end after the host; did you mean '{uri.GetLeftPart(UriPartial.Authority)}'? The bucket is in remote.url");
    }

    /// <summary>The region that a host of the form <c>s3.REGION.provider</c> belongs to; null for others.</summary>
    public static string? RegionOf(Uri endpoint) => endpoint.Host.Split('.') is ["s3", var region, _, _, ..] && region.Contains('-', StringComparison.Ordinal) ? region : null;
}
