using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Drafts;

/// <summary>What the older tool's file says, as a draft of Ferry's.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Notes">What was not taken over or is not used, one line each.</param>
internal sealed record OlderDraft(ConfigDraft Draft, IReadOnlyList<string> Notes)
{
    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["scratch_base"] = "scratch",
        ["cache_root"] = "cache_root",
        ["vars"] = "caches",
        ["rsync_extra_args"] = "transfer.rsync_extra_args",
        ["parallel_jobs"] = "transfer.parallel_caches",
        ["lock_timeout_seconds"] = "transfer.lock_timeout",
        ["skip_if_fresh_seconds"] = "transfer.fresh_for",
        ["apptainer"] = "images",
        ["apptainer.scratch_sif_dir"] = "images.scratch_dir",
    };

    /// <summary>Reads the file at a path; null if there is none.</summary>
    /// <exception cref="ConfigException">It is not what the older tool writes; the message has the place.</exception>
    public static OlderDraft? TryRead(string path)
    {
        using var file = ConfigText.TryOpen(path);
        return file is null ? null : Of(path, ConfigText.Read(file, path).Span);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="ConfigException">It is not what the older tool writes; the message has the place.</exception>
    public static OlderDraft Of(string path, ReadOnlySpan<byte> utf8)
    {
        var draft = ConfigDraft.Of(OlderFileReader.Read(path, utf8));
        var root = (ConfigMap)JsonComposer.Compose(path, utf8);
        var notes = new List<string>();
        if (draft.RsyncExtraArgs.Count > 0)
            notes.Add("rsync_extra_args is taken over and only used with 'transfer: { engine: rsync }'");
        var images = root.Find("apptainer") is { } apptainer ? ReadImages(apptainer, notes) : [];
        if (root.Find("migrations") is ConfigList { Items.Count: > 0 })
            notes.Add("migrations, the history of past moves, stays in the older file alone");
        var comments = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (key, lines) in JsonComments.Before(utf8))
        {
            if (NewKey(key) is { } known)
                comments[known] = comments.TryGetValue(known, out var earlier) ? [.. earlier, .. lines] : lines;
            else
                notes.Add($"the comment before {Printable.Shorten(key)} is not taken over");
        }
        return new OlderDraft(draft with { Images = images, Comments = comments }, notes);
    }

    private static List<(string Key, string Yaml)> ReadImages(ConfigNode node, List<string> notes)
    {
        var map = new MapReader(node, "apptainer", ConfigLevel.Older, null);
        var images = new List<(string, string)>();
        foreach (var entry in map.Entries)
        {
            var what = "apptainer." + entry.Key.Text;
            switch (entry.Key.Text)
            {
                case "build_args":
                    images.Add(("build_args", DraftText.List(MapReader.TextList(entry.Value, what))));
                    break;
                case "images":
                    if (entry.Value is ConfigMap { Entries.Count: > 0 })
                        notes.Add("apptainer.images, the list of built images, stays in the older file alone");
                    break;
                case "sif_store":
                    // Literal in the older tool.
                    images.Add(("sif_store", ConfigWriter.Quote(PathExpander.Escape(MapReader.Text(entry.Value, what)))));
                    break;
                default:
                    var key = entry.Key.Text == "scratch_sif_dir" ? "scratch_dir" : entry.Key.Text;
                    images.Add((key, ConfigWriter.Quote(MapReader.Text(entry.Value, what))));
                    break;
            }
        }
        if (images.Count > 0)
            notes.Add("apptainer is taken over as 'images', which no command uses yet");
        return images;
    }

    // Where a comment on a key of the older file belongs; null: nowhere.
    private static string? NewKey(string key)
    {
        if (s_settings.TryGetValue(key, out var known))
            return known;
        var parts = key.Split('.');
        return parts switch
        {
            ["vars", var name, ..] => "caches." + name,
            ["apptainer", "images", ..] => null,
            ["apptainer", var name] => "images." + name,
            // It speaks of the file as a whole or of its format, and there is another one now.
            _ => null,
        };
    }
}
