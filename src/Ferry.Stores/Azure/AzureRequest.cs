namespace Ferry.Stores.Azure;

/// <summary>A request to the blob service, before it is addressed, signed and sent.</summary>
/// <param name="Method">What to do.</param>
/// <param name="Key">With which blob, the whole name; null for the container itself.</param>
internal sealed record AzureRequest(HttpMethod Method, string? Key)
{
    /// <summary>Parameters as they are meant, not escaped.</summary>
    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>Headers on top of those that all requests have.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>What is sent; null for nothing.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The path below the endpoint, exactly as it goes over the wire and into the signature.</summary>
    public static string EscapedPath(string endpointPath, string container, string? key)
    {
        var path = $"{endpointPath.TrimEnd('/')}/{container}";
        return key is null ? path : $"{path}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}";
    }

    /// <summary>The query without its question mark; empty for none.</summary>
    public static string EscapedQuery(IEnumerable<(string Name, string Value)> query) =>
        string.Join('&', query.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));
}
