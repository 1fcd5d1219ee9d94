using System.Text.Json;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry status --json</c>: one object; sizes in bytes, times in RFC 3339.</summary>
internal static class StatusJson
{
    public static void Write(CacheSettings settings, IReadOnlyList<CacheState> states, FileSystemSpace? space, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "status");
            json.WriteString("cache_root", settings.CacheRootPath);
            WriteNumber(json, "free_bytes", space?.FreeBytes);
            WriteNumber(json, "free_inodes", space?.FreeInodes);
            json.WriteStartArray("caches");
            foreach (var state in states)
            {
                WriteState(json, state);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void WriteState(Utf8JsonWriter json, CacheState state)
    {
        json.WriteStartObject();
        json.WriteString("name", state.Cache.Name);
        json.WriteString("source", state.Cache.Source);
        json.WriteString("target", state.Target);
        json.WriteString("condition", state.Condition switch
        {
            CacheCondition.Fresh => "fresh",
            CacheCondition.Stale => "stale",
            CacheCondition.Purged => "purged",
            CacheCondition.Unfinished => "unfinished",
            CacheCondition.NotSynced => "not-synced",
            CacheCondition.SourceMissing => "source-missing",
            _ => "disabled",
        });
        json.WriteString("error", state.Error);
        if (state.SyncedAt is { } at)
        {
            json.WriteString("synced_at", at);
        }

        WriteTotals(json, "source_totals", state.Source);
        WriteTotals(json, "staged_totals", state.Staged);
        json.WriteNumber("missing", state.Missing);
        json.WriteNumber("changed_on_scratch", state.ChangedOnTarget);
        json.WriteNumber("problems", state.Problems);
        WriteNumber(json, "pending_files", state.Pending?.Files);
        WriteNumber(json, "pending_bytes", state.Pending?.Bytes);
        WriteNumber(json, "pending_inodes", state.Pending?.Inodes);
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, string name, TreeTotals? totals)
    {
        if (totals is { } known)
        {
            json.WriteStartObject(name);
            json.WriteNumber("files", known.Files);
            json.WriteNumber("bytes", known.Bytes);
            json.WriteNumber("directories", known.Directories);
            json.WriteEndObject();
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}
