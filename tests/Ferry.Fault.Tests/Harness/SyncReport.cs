using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>The one cache's part of what <c>ferry sync --json</c> prints.</summary>
internal sealed record SyncReport(string Outcome, bool IsExported, long CopiedFiles, string[] Problems)
{
    public static SyncReport Of(ToolResult result)
    {
        using var json = JsonDocument.Parse(result.Stdout);
        var cache = json.RootElement.GetProperty("caches")[0];
        return new SyncReport(
            cache.GetProperty("outcome").GetString()!,
            cache.GetProperty("exported").GetBoolean(),
            cache.GetProperty("copied_files").GetInt64(),
            [.. cache.GetProperty("problems").EnumerateArray().Select(problem => $"{problem.GetProperty("path")}: {problem.GetProperty("reason")}")]);
    }
}
