using System.Buffers;
using System.Text.Json;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>
/// Writes manifests as the older tool does. What we add is in one object at the end: that tool ignores it there, and fails on keys that it does not know in an entry of <c>files</c>.
/// </summary>
public static class ManifestWriter
{
    /// <summary>All bytes of a manifest.</summary>
    public static ReadOnlyMemory<byte> Write(RepoManifest manifest)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString(ManifestFormat.Repo, manifest.Repo.Name);
            json.WriteString(ManifestFormat.Revision, manifest.Revision.Hex);
            json.WriteString(ManifestFormat.RepoType, Names.RepoTypes.ToWord(manifest.Repo.Type));
            WriteFiles(json, manifest);
            WriteExtras(json, manifest);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private static void WriteFiles(Utf8JsonWriter json, RepoManifest manifest)
    {
        json.WriteStartArray(ManifestFormat.Files);
        foreach (var file in manifest.Files)
        {
            json.WriteStartObject();
            json.WriteString(ManifestFormat.Path, file.Path.Text);
            json.WriteString(ManifestFormat.Blob, file.Blob.Hex);
            json.WriteNumber(ManifestFormat.Size, file.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExtras(Utf8JsonWriter json, RepoManifest manifest)
    {
        json.WriteStartObject(ManifestFormat.Extras);
        if (manifest.Writer is { } writer)
        {
            json.WriteString(ManifestFormat.Writer, writer);
        }

        json.WriteString(ManifestFormat.Visibility, manifest.Visibility.ToWord());
        json.WriteBoolean(ManifestFormat.Complete, manifest.IsComplete);
        json.WriteNumber(ManifestFormat.Bytes, manifest.Bytes);
        json.WriteString(ManifestFormat.Digest, ManifestDigest.Of(manifest).ToHex());
        json.WriteStartObject(ManifestFormat.Sha256);
        foreach (var (blob, digest) in manifest.Sha256)
        {
            json.WriteString(blob.Hex, digest.ToHex());
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
