using System.Text.Json;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>Text of JSON that came from elsewhere.</summary>
internal static class JsonText
{
    // An escape makes at most six bytes of one.
    private const int LongestEscape = 6;

    /// <summary>The text that the reader is at, a value or a key; null if it is longer than that many bytes, or not Unicode.</summary>
    public static string? Get(ref Utf8JsonReader reader, int maxBytes)
    {
        if (reader.ValueSpan.Length > maxBytes * LongestEscape)
        {
            return null;
        }

        try
        {
            return reader.GetString() is { } text && text.Length <= maxBytes ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
