using System.Text;
using System.Text.Json;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Answers;

/// <summary>About which paths a client wants to know.</summary>
/// <param name="Paths">As it wrote them.</param>
/// <param name="IsExpanded">Whether it wants to know of commits, too.</param>
internal sealed record PathsRequest(IReadOnlyList<string> Paths, bool IsExpanded)
{
    /// <summary>Larger requests are refused.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxPaths = 10_000;

    /// <summary>Reads a request: the JavaScript client sends JSON, that of Python a form. Null for what is neither.</summary>
    public static PathsRequest? TryRead(ReadOnlySpan<byte> body, bool isForm)
    {
        if (isForm)
        {
            var form = new HubQuery(Encoding.UTF8.GetString(body));
            return new PathsRequest([.. form.All("paths").Take(MaxPaths)], form.Is("expand"));
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            return Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static PathsRequest? Read(ref Utf8JsonReader reader)
    {
        var paths = new List<string>();
        var isExpanded = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPaths = reader.ValueTextEquals("paths");
            var isExpand = reader.ValueTextEquals("expand");
            reader.Read();
            if (isExpand)
            {
                isExpanded = reader.TokenType == JsonTokenType.True;
            }
            else if (isPaths && reader.TokenType == JsonTokenType.String)
            {
                Add(ref reader, paths);
            }
            else if (isPaths && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.String && paths.Count < MaxPaths)
                {
                    Add(ref reader, paths);
                }

                if (reader.TokenType != JsonTokenType.EndArray)
                {
                    return null;
                }
            }

            reader.TrySkip();
        }

        return new PathsRequest(paths, isExpanded);
    }

    private static void Add(ref Utf8JsonReader reader, List<string> paths)
    {
        if (JsonText.Get(ref reader, RepoPath.MaxBytes) is { } path)
        {
            paths.Add(path);
        }
    }
}
