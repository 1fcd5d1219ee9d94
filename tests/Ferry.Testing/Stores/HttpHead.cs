using System.Globalization;
using System.Text;

namespace Ferry.Testing.Stores;

/// <summary>First line and headers of a request or an answer, as they came.</summary>
internal sealed class HttpHead(IReadOnlyList<string> lines)
{
    public string Method => lines[0].Split(' ')[0];

    public string Target => lines[0].Split(' ')[1];

    public int Status => int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);

    public bool IsChunked => Header("Transfer-Encoding")?.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) == true;

    public long? ContentLength => Header("Content-Length") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool Closes => string.Equals(Header("Connection"), "close", StringComparison.OrdinalIgnoreCase) || lines[0].EndsWith("HTTP/1.0", StringComparison.Ordinal);

    public bool Expects => Header("Expect") is not null;

    /// <summary>As it goes over the wire.</summary>
    public byte[] Bytes => Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");

    public string? Header(string name) => lines.Skip(1).Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    /// <summary>The same with another value of a header that it has.</summary>
    public HttpHead With(string name, Func<string, string> change) => new(
        [.. lines.Select((line, i) => i > 0 && line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase) ? $"{name}: {change(Header(name)!)}" : line)]);

    /// <summary>Reads one; null where the connection ends before it begins.</summary>
    public static async Task<HttpHead?> ReadAsync(WireReader from)
    {
        var lines = new List<string>();
        while (await from.ReadLineAsync() is { } line)
        {
            if (line.Length > 0) lines.Add(line);
            else if (lines.Count > 0) return new HttpHead(lines);
        }
        return null;
    }
}
