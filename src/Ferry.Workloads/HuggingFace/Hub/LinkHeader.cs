namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>The header by which a listing tells of its next page: <c>&lt;address&gt;; rel="next"</c>.</summary>
internal static class LinkHeader
{
    /// <summary>The address that a header names as the next; null if it names none.</summary>
    public static string? NextOf(string header)
    {
        // From bracket to bracket: commas may be in addresses, too.
        var rest = header.AsSpan();
        while (rest.IndexOf('<') is >= 0 and var open && rest[open..].IndexOf('>') is > 0 and var length)
        {
            var address = rest.Slice(open + 1, length - 1);
            rest = rest[(open + length + 1)..];
            var end = rest.IndexOf('<');
            var parameters = end < 0 ? rest : rest[..end];
            if (parameters.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || parameters.Contains("rel=next", StringComparison.OrdinalIgnoreCase))
            {
                return address.ToString();
            }
        }

        return null;
    }

    /// <summary>The header for a next page.</summary>
    public static string ToNext(Uri address) => $"<{address.AbsoluteUri}>; rel=\"next\"";
}
