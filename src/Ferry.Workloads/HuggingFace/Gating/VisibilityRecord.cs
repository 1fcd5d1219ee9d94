using System.Globalization;
using System.Text.Json;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Gating;

/// <summary>What the hub said of a repository, and when: the cache's own clients do not keep it, so Ferry does, in <c>.ferry.json</c> of its folder (docs/formats/hub-bucket.md).</summary>
/// <param name="Visibility">What it said.</param>
/// <param name="Checked">When it was asked.</param>
public sealed record VisibilityRecord(RepoVisibility Visibility, DateTimeOffset Checked)
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".ferry.json";

    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads a record; null if there is none, or none that can be believed.</summary>
    /// <param name="hubDirectory">The cache.</param>
    /// <param name="repo">The repository.</param>
    public static VisibilityRecord? TryRead(string hubDirectory, RepoId repo)
    {
        try
        {
            using var hub = DirectoryHandle.Open(hubDirectory);
            using var folder = hub.TryOpen(repo.Folder);
            return folder?.TryReadFile(FileName, MaxBytes) is { } json ? Parse(json) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            // The reader throws the last two for what is no JSON, and for values of another type.
            return null;
        }
    }

    /// <summary>Writes the record.</summary>
    /// <exception cref="LinuxException">The folder is not there, or it cannot be written.</exception>
    public void Write(string hubDirectory, RepoId repo)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("visibility", Visibility.ToWord());
            json.WriteString("checked", Checked.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        using var hub = DirectoryHandle.Open(hubDirectory);
        using var folder = hub.TryOpen(repo.Folder) ?? throw new LinuxException(Errno.ENOENT, "open", $"{hubDirectory}/{repo.Folder}");
        folder.WriteFile(FileName, output.ToArray());
    }

    private static VisibilityRecord? Parse(ReadOnlySpan<byte> bytes)
    {
        string? word = null;
        DateTimeOffset? at = null;
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVisibility = reader.ValueTextEquals("visibility");
            var isChecked = reader.ValueTextEquals("checked");
            reader.Read();
            if (isVisibility)
            {
                word = reader.GetString();
            }
            else if (isChecked)
            {
                at = reader.TryGetDateTimeOffset(out var time) ? time : null;
            }
            else
            {
                reader.Skip();
            }
        }

        return RepoVisibilities.FromWord(word) is { } visibility && at is { } found ? new VisibilityRecord(visibility, found) : null;
    }
}
