using System.Security.Cryptography;
using System.Text;

namespace Ferry.Stores.Azure;

/// <summary>Signs requests with the account's key: the service's scheme SharedKey, versions 2015-02-21 and later.</summary>
internal sealed class SharedKeySigner(string account, ReadOnlyMemory<byte> key)
{
    // Order of the lines that follow the verb. The date is always given as x-ms-date.
    private static readonly string[] s_lines =
    [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
        "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    /// <summary>The value of the header Authorization.</summary>
    /// <param name="method">The verb.</param>
    /// <param name="path">The path as it is sent, escaped.</param>
    /// <param name="query">Parameters as they are meant.</param>
    /// <param name="headers">All headers that count: those above and all that begin with <c>x-ms-</c>.</param>
    public string Authorization(string method, string path, IEnumerable<(string Name, string Value)> query, IEnumerable<(string Name, string Value)> headers)
    {
        var text = StringToSign(account, method, path, query, headers);
        var signature = HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(text));
        return $"SharedKey {account}:{Convert.ToBase64String(signature)}";
    }

    /// <summary>What is signed.</summary>
    internal static string StringToSign(
        string account, string method, string path, IEnumerable<(string Name, string Value)> query, IEnumerable<(string Name, string Value)> headers)
    {
        var values = headers.ToDictionary(h => h.Name.ToLowerInvariant(), h => h.Value.Trim());
        var text = new StringBuilder(method).Append('\n');
        foreach (var line in s_lines)
        {
            var value = values.GetValueOrDefault(line.ToLowerInvariant(), "");
            text.Append(line == "Content-Length" && value == "0" ? "" : value).Append('\n');
        }

        foreach (var (name, value) in values.Where(h => h.Key.StartsWith("x-ms-", StringComparison.Ordinal)).OrderBy(h => h.Key, StringComparer.Ordinal))
            text.Append(name).Append(':').Append(value).Append('\n');

        text.Append('/').Append(account).Append(path);
        foreach (var parameter in query.GroupBy(p => p.Name.ToLowerInvariant()).OrderBy(p => p.Key, StringComparer.Ordinal))
            text.Append('\n').Append(parameter.Key).Append(':').AppendJoin(',', parameter.Select(p => p.Value).Order(StringComparer.Ordinal));
        return text.ToString();
    }
}
