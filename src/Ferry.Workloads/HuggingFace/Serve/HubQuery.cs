namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>Keys and values of an address's query, or of a form; a key may be there several times.</summary>
internal sealed class HubQuery
{
    private const int MaxValues = 10_000;

    private readonly List<(string Key, string Value)> _values = [];

    /// <summary>Reads <c>a=1&amp;b=2</c>; what is not escaped rightly is left out.</summary>
    public HubQuery(string text)
    {
        foreach (var range in text.AsSpan().Split('&'))
        {
            var pair = text[range];
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && _values.Count < MaxValues && Unescape(pair[..equals]) is { } key && Unescape(pair[(equals + 1)..]) is { } value)
            {
                _values.Add((key, value));
            }
        }
    }

    /// <summary>All values of a key, also where it is written as that of a list: <c>key[]</c>.</summary>
    public IEnumerable<string> All(string key) => _values.Where(pair => pair.Key == key || pair.Key == key + "[]").Select(static pair => pair.Value);

    /// <summary>The first value of a key; null if it is not there.</summary>
    public string? First(string key) => All(key).FirstOrDefault();

    /// <summary>Whether a key says yes, as one of the clients does.</summary>
    public bool Is(string key) => First(key) is "true" or "True" or "1";

    private static string? Unescape(string text) => HubRoute.TryUnescape(text.Replace('+', ' '));
}
