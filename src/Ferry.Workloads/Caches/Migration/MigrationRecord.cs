using System.Text.Json;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>How far a migration is.</summary>
internal enum MigrationPhase
{
    /// <summary>The old directory is in force, or the configuration was switched a moment ago: the copy is still to be proven.</summary>
    Copying,

    /// <summary>The new directory is in force and proven: what is left is to delete the old one.</summary>
    Deleting,
}

/// <summary>The state of a migration that is not over: what lets the same command finish it after a kill.</summary>
/// <param name="From">The old directory, its links resolved.</param>
/// <param name="To">The new directory, as the user named it.</param>
/// <param name="Source">The old directory as the configuration named it.</param>
/// <param name="Inode">The old directory's inode: another one is not the directory that was copied.</param>
/// <param name="Phase">How far it is.</param>
internal sealed record MigrationRecord(string From, string To, string Source, ulong Inode, MigrationPhase Phase)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads a record; null when there is none.</summary>
    /// <exception cref="IOException">It is there and cannot be read, or is no record.</exception>
    public static MigrationRecord? TryRead(string path)
    {
        if (AtomicFile.TryRead(path, MaxBytes) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Parse(bytes) ?? throw new IOException($"{path}: is not the record of a migration that this version knows");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new IOException($"{path}: is damaged: it should be the record of a migration", e);
        }
    }

    /// <summary>Writes the record, lasting when this returns.</summary>
    /// <exception cref="LinuxException">It cannot be written; the former one stays.</exception>
    public void Write(string path)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("from", From);
            json.WriteString("to", To);
            json.WriteString("source", Source);
            json.WriteNumber("inode", Inode);
            json.WriteString("phase", Phase == MigrationPhase.Copying ? "copying" : "deleting");
            json.WriteEndObject();
        }

        AtomicFile.Write(path, stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static MigrationRecord? Parse(ReadOnlySpan<byte> bytes)
    {
        var (version, inode) = (0, 0UL);
        string? from = null, to = null, source = null, phase = null;
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "version": version = reader.GetInt32(); break;
                case "from": from = reader.GetString(); break;
                case "to": to = reader.GetString(); break;
                case "source": source = reader.GetString(); break;
                case "inode": inode = reader.GetUInt64(); break;
                case "phase": phase = reader.GetString(); break;
                default: reader.Skip(); break;
            }
        }

        return version == 1 && IsAbsolute(from) && IsAbsolute(to) && IsAbsolute(source) && phase is "copying" or "deleting"
            ? new MigrationRecord(from!, to!, source!, inode, phase == "copying" ? MigrationPhase.Copying : MigrationPhase.Deleting)
            : null;
    }

    private static bool IsAbsolute(string? path) => path is ['/', ..];
}
