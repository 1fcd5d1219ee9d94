using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ferry.Core.Tests.Hashing;

/// <summary>
/// The official test vectors, test_vectors/test_vectors.json of https://github.com/BLAKE3-team/BLAKE3 (CC0 1.0),
/// kept as published beside this file.
/// </summary>
internal static class Blake3Vectors
{
    private static readonly JsonElement Json = Load();

    public static string Key => Json.GetProperty("key").GetString()!;

    public static string Context => Json.GetProperty("context_string").GetString()!;

    public static IEnumerable<(int Length, string Hash, string KeyedHash, string DeriveKey)> Cases =>
        from c in Json.GetProperty("cases").EnumerateArray()
        select (c.GetProperty("input_len").GetInt32(), c.GetProperty("hash").GetString()!,
            c.GetProperty("keyed_hash").GetString()!, c.GetProperty("derive_key").GetString()!);

    /// <summary>The input of a vector: bytes that count from 0 to 250 and begin again.</summary>
    public static byte[] Input(int length) => Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();

    private static JsonElement Load([CallerFilePath] string source = "")
    {
        using var stream = File.OpenRead(Path.Combine(Path.GetDirectoryName(source)!, "test_vectors.json"));
        return JsonDocument.Parse(stream).RootElement;
    }
}
