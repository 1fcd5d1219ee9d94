namespace Ferry.Stores.Azure;

/// <summary>Reads <c>DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net</c> and its variants.</summary>
internal static class AzureConnectionString
{
    private static readonly string[] s_known =
    [
        "DefaultEndpointsProtocol", "AccountName", "AccountKey", "BlobEndpoint", "SharedAccessSignature", "EndpointSuffix",
    ];

    public static AzureStoreOptions Parse(string text, string container)
    {
        var parts = Split(text);
        var endpoint = Endpoint(parts);
        return new AzureStoreOptions
        {
            Endpoint = endpoint,
            Account = parts.GetValueOrDefault("AccountName") ?? AccountOf(endpoint),
            Container = container,
            AccountKey = parts.GetValueOrDefault("AccountKey") is { } key ? Key(key) : null,
            SharedAccessSignature = parts.GetValueOrDefault("SharedAccessSignature"),
        };
    }

    private static Dictionary<string, string> Split(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // Shells leave the quotes that a file of variables has around it.
        foreach (var part in text.Trim().Trim('\'', '"').Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            // What has no name may be a piece of a secret: it is not shown.
            if (equals < 1) throw new FormatException("the connection string has a part without NAME=");
            var name = part[..equals];
            // The other services of an account have endpoints of their own.
            if (!name.EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase) && !s_known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new FormatException($"the connection string has a part of an unknown name; it may have {string.Join(", ", s_known)}");
            if (!parts.TryAdd(name, part[(equals + 1)..])) throw new FormatException($"the connection string has {name} twice");
        }
        return parts;
    }

    private static Uri Endpoint(Dictionary<string, string> parts)
    {
        var text = parts.GetValueOrDefault("BlobEndpoint");
        if (text is null)
        {
            if (parts.GetValueOrDefault("AccountName") is not { Length: > 0 } account)
                throw new FormatException("the connection string has neither BlobEndpoint nor AccountName");
            text = $"{parts.GetValueOrDefault("DefaultEndpointsProtocol") ?? "https"}://{account}.blob.{parts.GetValueOrDefault("EndpointSuffix") ?? "core.windows.net"}";
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https" && endpoint.Query.Length == 0
            ? endpoint
            : throw new FormatException("the connection string's endpoint is no http or https address");
    }

    // An emulator's address has the account as its path; others have it first in the host's name.
    private static string AccountOf(Uri endpoint) =>
        endpoint.AbsolutePath.Trim('/') is { Length: > 0 } path ? path.Split('/')[0] : endpoint.Host.Split('.')[0];

    private static ReadOnlyMemory<byte>? Key(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new FormatException("the connection string's AccountKey is not base64: it was cut, or quoted wrongly");
        }
    }
}
