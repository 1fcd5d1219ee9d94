using System.Globalization;
using System.Text;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Drafts;

/// <summary>Writes a draft as a fresh configuration file that explains itself.</summary>
internal static class DraftText
{
    private const string TransferHints = """

        # transfer:
        #   jobs: auto            # files in flight per cache
        #   parallel_caches: 4    # caches moved at a time
        #   fresh_for: 1h         # no look at the source for so long after a sync
        #   lock_timeout: 5m      # longest wait for a job that moves the same cache
        #   bandwidth_limit: 0    # bytes per second, such as 200MB; 0: no limit
        #   timestamps: preserve  # or now, where scratch is purged by age

        """;

    /// <summary>The text of the file.</summary>
    public static string Render(ConfigDraft draft)
    {
        var text = new StringBuilder();
        text.Append("# Configuration of ferry. 'ferry config show' prints every value and where it comes from.\nversion: 1\n\n");
        AppendComment(text, draft, "scratch", "", "Fast storage. A list is tried in order: the first that exists and is writable is used.");
        text.Append(CultureInfo.InvariantCulture, $"scratch: {Scratch(draft.Scratch)}\n\n");
        AppendComment(text, draft, "cache_root", "", "Caches are staged to <scratch>/<cache_root>/<NAME>.");
        text.Append(CultureInfo.InvariantCulture, $"cache_root: {ConfigWriter.Quote(draft.CacheRoot)}\n\n");
        AppendCaches(text, draft);
        AppendTransfer(text, draft);
        AppendImages(text, draft);
        return text.ToString();
    }

    /// <summary>The value of <c>scratch</c>.</summary>
    public static string Scratch(IReadOnlyList<string> paths) => paths.Count == 1 ? ConfigWriter.Quote(paths[0]) : List(paths);

    /// <summary>The value of a cache.</summary>
    public static string Cache(CacheDraft cache)
    {
        var disabled = cache.Enabled ? "" : ", enabled: false";
        var excludes = cache.Excludes.Count == 0 ? "" : ", exclude: " + List(cache.Excludes);
        return $"{{ source: {ConfigWriter.Quote(cache.Source)}{disabled}{excludes} }}";
    }

    /// <summary>A list on one line.</summary>
    public static string List(IReadOnlyList<string> words) => $"[{string.Join(", ", words.Select(ConfigWriter.Quote))}]";

    /// <summary>A path as a file has it: literal, and with <c>~</c>, which other machines understand too, if it lies below the home directory.</summary>
    public static string Path(string path, string home)
    {
        var literal = PathExpander.Escape(path);
        var prefix = PathExpander.Escape(home) + "/";
        return literal.StartsWith(prefix, StringComparison.Ordinal) ? "~/" + literal[prefix.Length..] : literal;
    }

    private static void AppendCaches(StringBuilder text, ConfigDraft draft)
    {
        AppendComment(text, draft, "caches", "");
        text.Append(draft.Caches.Count == 0 ? "caches: {}\n" : "caches:\n");
        foreach (var cache in draft.Caches)
        {
            AppendComment(text, draft, "caches." + cache.Name, "  ", cache.Comment);
            text.Append(CultureInfo.InvariantCulture, $"  {cache.Name}: {Cache(cache)}\n");
        }
    }

    private static void AppendTransfer(StringBuilder text, ConfigDraft draft)
    {
        if (draft.Transfer.Count == 0 && draft.RsyncExtraArgs.Count == 0)
        {
            text.Append(TransferHints);
            return;
        }
        text.Append("\ntransfer:\n");
        foreach (var (name, value) in draft.Transfer)
        {
            AppendComment(text, draft, name.Key, "  ");
            text.Append(CultureInfo.InvariantCulture, $"  {name.LocalKey}: {ConfigWriter.Quote(value)}\n");
        }
        if (draft.RsyncExtraArgs.Count == 0)
            return;
        AppendComment(text, draft, "transfer.rsync_extra_args", "  ");
        text.Append(CultureInfo.InvariantCulture, $"  rsync_extra_args: {List(draft.RsyncExtraArgs)}\n");
    }

    private static void AppendImages(StringBuilder text, ConfigDraft draft)
    {
        if (draft.Images.Count == 0)
            return;
        text.Append('\n');
        AppendComment(text, draft, "images", "");
        text.Append("images:\n");
        foreach (var (key, yaml) in draft.Images)
        {
            AppendComment(text, draft, "images." + key, "  ");
            text.Append(CultureInfo.InvariantCulture, $"  {key}: {yaml}\n");
        }
    }

    private static void AppendComment(StringBuilder text, ConfigDraft draft, string key, string indentation, string otherwise = "")
    {
        IReadOnlyList<string> lines = draft.Comments.TryGetValue(key, out var own) ? own : otherwise.Length > 0 ? [otherwise] : [];
        foreach (var line in lines)
            text.Append(indentation).Append(line.Length > 0 ? "# " : "#").Append(line).Append('\n');
    }
}
