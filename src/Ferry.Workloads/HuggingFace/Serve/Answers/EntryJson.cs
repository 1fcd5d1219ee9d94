using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve.Sources;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Answers;

/// <summary>Files and directories as the hub's API has them. What a bucket does not know is made up where clients insist on it: when a file was last changed, git's names of directories.</summary>
internal static class EntryJson
{
    /// <summary>A time for what has none.</summary>
    public const string NoTime = "1970-01-01T00:00:00.000Z";

    /// <summary>An entry of a listing.</summary>
    public static void Write(Utf8JsonWriter json, in TreeEntry entry, Revision commit, bool isExpanded)
    {
        json.WriteStartObject();
        json.WriteString("type", entry.File is null ? "directory" : "file");
        if (entry.File is { } file)
        {
            json.WriteString("oid", OidOf(file));
            json.WriteNumber("size", file.Bytes);
            WriteLfs(json, file, "oid");
        }
        else
        {
            json.WriteString("oid", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{commit} {entry.Path}")))[..HexName.Sha1Length]);
            json.WriteNumber("size", 0);
        }

        json.WriteString("path", entry.Path);
        if (isExpanded)
        {
            json.WriteStartObject("lastCommit");
            json.WriteString("id", commit.Hex);
            json.WriteString("title", "");
            json.WriteString("date", NoTime);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A file as information about a revision has it.</summary>
    public static void WriteSibling(Utf8JsonWriter json, ManifestFile file, bool hasContent)
    {
        json.WriteStartObject();
        json.WriteString("rfilename", file.Path.Text);
        if (hasContent)
        {
            json.WriteNumber("size", file.Bytes);
            json.WriteString("blobId", OidOf(file));
            WriteLfs(json, file, "sha256");
        }

        json.WriteEndObject();
    }

    private static string OidOf(ManifestFile file) => file.Blob.IsSha256 ? HubTree.PointerName(file.Blob, file.Bytes) : file.Blob.Hex;

    private static void WriteLfs(Utf8JsonWriter json, ManifestFile file, string digestName)
    {
        if (!file.Blob.IsSha256)
        {
            return;
        }

        json.WriteStartObject("lfs");
        json.WriteString(digestName, file.Blob.Hex);
        json.WriteNumber("size", file.Bytes);
        json.WriteNumber("pointerSize", HubTree.Pointer(file.Blob, file.Bytes).Length);
        json.WriteEndObject();
    }
}
