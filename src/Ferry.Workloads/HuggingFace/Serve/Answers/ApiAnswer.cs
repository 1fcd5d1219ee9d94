using System.Globalization;
using System.Net;
using System.Text.Json;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve.Sources;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Answers;

/// <summary>Answers in JSON, as the hub's. Long ones are sent as they are written.</summary>
internal static class ApiAnswer
{
    private const int PageEntries = 1_000;
    private const int FlushEntries = 1_000;

    /// <summary>What a revision is.</summary>
    public static Task WriteInfoAsync(HttpListenerContext context, ServedTree tree, HubQuery query, StallGuard guard) => WriteAsync(context, async json =>
    {
        var manifest = tree.Manifest;
        json.WriteStartObject();
        json.WriteString("_id", manifest.Revision.Hex[..24]);
        json.WriteString("id", manifest.Repo.Name);
        json.WriteString("sha", manifest.Revision.Hex);
        WriteVisibility(json, manifest.Visibility);
        json.WriteBoolean("disabled", false);
        json.WriteString("lastModified", EntryJson.NoTime);
        json.WriteNumber("downloads", 0);
        json.WriteNumber("likes", 0);
        json.WriteStartArray("tags");
        json.WriteEndArray();
        if (query.First("expand") is null || query.All("expand").Contains("siblings"))
        {
            json.WriteStartArray("siblings");
            for (var i = 0; i < manifest.Files.Count; i++)
            {
                EntryJson.WriteSibling(json, manifest.Files[i], query.Is("blobs"));
                if (i % FlushEntries == FlushEntries - 1)
                {
                    await FlushAsync(json, guard).ConfigureAwait(false);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }, guard);

    /// <summary>A page of a listing, and where the next one is.</summary>
    public static Task WriteTreeAsync(HttpListenerContext context, ServedTree tree, HubRoute route, HubQuery query, Uri self, StallGuard guard)
    {
        var from = Number(query.First("cursor")) ?? 0;
        var limit = Math.Clamp(Number(query.First("limit")) ?? PageEntries, 1, PageEntries);
        var (isRecursive, isExpanded) = (query.Is("recursive"), query.Is("expand"));
        var page = tree.Below(route.Path, isRecursive).Skip(from).Take(limit + 1).ToArray();
        if (page.Length > limit)
        {
            // By its commit: pages of one listing are of one revision.
            var path = route.Path is { } below ? "/" + string.Join('/', below.Text.Split('/').Select(Uri.EscapeDataString)) : "";
            context.Response.AddHeader("Link", LinkHeader.ToNext(new Uri(self, string.Create(CultureInfo.InvariantCulture,
                $"/api/{route.Repo!.Type.ToPlural()}/{route.Repo.Name}/tree/{tree.Manifest.Revision}{path}?recursive={Word(isRecursive)}&expand={Word(isExpanded)}&limit={limit}&cursor={from + limit}"))));
        }

        return WriteEntriesAsync(context, tree, page.AsMemory(0, Math.Min(limit, page.Length)), isExpanded, guard);
    }

    /// <summary>What is known of single paths; those that are not there are left out.</summary>
    public static Task WritePathsAsync(HttpListenerContext context, ServedTree tree, PathsRequest request, StallGuard guard) =>
        WriteEntriesAsync(context, tree, request.Paths.Select(tree.Find).OfType<TreeEntry>().ToArray(), request.IsExpanded, guard);

    /// <summary>Branches, and what lies below <c>refs/</c>. A bucket does not tell tags from branches.</summary>
    public static Task WriteRefsAsync(HttpListenerContext context, IReadOnlyList<CachedRef> refs, StallGuard guard) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        WriteRefs(json, "branches", refs.Where(static each => !each.Name.Name.StartsWith("refs/", StringComparison.Ordinal)), "refs/heads/", "");
        WriteRefs(json, "converts", refs.Where(static each => each.Name.Name.StartsWith("refs/convert/", StringComparison.Ordinal)), "", "refs/convert/");
        WriteRefs(json, "tags", [], "", "");
        WriteRefs(json, "pullRequests", refs.Where(static each => each.Name.Name.StartsWith("refs/pr/", StringComparison.Ordinal)), "", "refs/pr/");
        json.WriteEndObject();
        return Task.CompletedTask;
    }, guard);

    /// <summary>A refusal.</summary>
    public static Task WriteErrorAsync(HttpListenerContext context, int status, string? code, string message, StallGuard guard)
    {
        context.Response.StatusCode = status;
        if (code is not null)
        {
            context.Response.AddHeader("X-Error-Code", code);
        }

        context.Response.AddHeader("X-Error-Message", message);
        return WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
            return Task.CompletedTask;
        }, guard);
    }

    private static async Task WriteAsync(HttpListenerContext context, Func<Utf8JsonWriter, Task> write, StallGuard guard)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        if (context.Request.HttpMethod == "HEAD")
        {
            return;
        }

        context.Response.SendChunked = true;
        var json = new Utf8JsonWriter(context.Response.OutputStream);
        await using (json.ConfigureAwait(false))
        {
            await write(json).ConfigureAwait(false);
            await FlushAsync(json, guard).ConfigureAwait(false);
        }
    }

    private static Task FlushAsync(Utf8JsonWriter json, StallGuard guard)
    {
        guard.Restart();
        return json.FlushAsync(guard.Token);
    }

    private static Task WriteEntriesAsync(HttpListenerContext context, ServedTree tree, ReadOnlyMemory<TreeEntry> entries, bool isExpanded, StallGuard guard) =>
        WriteAsync(context, async json =>
        {
            json.WriteStartArray();
            for (var i = 0; i < entries.Length; i++)
            {
                EntryJson.Write(json, entries.Span[i], tree.Manifest.Revision, isExpanded);
                if (i % FlushEntries == FlushEntries - 1)
                {
                    await FlushAsync(json, guard).ConfigureAwait(false);
                }
            }

            json.WriteEndArray();
        }, guard);

    private static void WriteVisibility(Utf8JsonWriter json, RepoVisibility visibility)
    {
        if (visibility == RepoVisibility.Unknown)
        {
            // Neither is known: who asks must not take it for open.
            json.WriteNull("private");
            json.WriteNull("gated");
            return;
        }

        json.WriteBoolean("private", visibility == RepoVisibility.Private);
        if (visibility == RepoVisibility.Gated)
        {
            json.WriteString("gated", "manual");
        }
        else
        {
            json.WriteBoolean("gated", false);
        }
    }

    private static void WriteRefs(Utf8JsonWriter json, string kind, IEnumerable<CachedRef> refs, string before, string prefix)
    {
        json.WriteStartArray(kind);
        foreach (var each in refs)
        {
            json.WriteStartObject();
            json.WriteString("name", each.Name.Name[prefix.Length..]);
            json.WriteString("ref", before + each.Name.Name);
            json.WriteString("targetCommit", each.Commit.Hex);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Word(bool value) => value ? "true" : "false";
}
