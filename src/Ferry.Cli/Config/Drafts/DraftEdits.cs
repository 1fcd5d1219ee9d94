using Ferry.Cli.Config.Editing;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Drafts;

/// <summary>Changes the text of a configuration file so that it says what a draft says, and leaves the rest of it as it is.</summary>
internal sealed class DraftEdits(string file)
{
    private readonly ConfigEditor _editor = new(file, ConfigSyntax.Yaml);

    /// <summary>The changed text.</summary>
    /// <param name="text">The file's text, a valid configuration.</param>
    /// <param name="old">What it says.</param>
    /// <param name="draft">What it is to say; caches that are not in it are left alone.</param>
    /// <exception cref="ConfigException">The file is written in a way in which this setting cannot be changed.</exception>
    public string Apply(string text, ConfigDraft old, ConfigDraft draft)
    {
        // A file may be empty but for comments.
        if (YamlComposer.Compose(file, text) is null)
            text = _editor.Set(text, ["version"], "1");
        if (!old.Scratch.SequenceEqual(draft.Scratch))
            text = _editor.Set(text, ["scratch"], DraftText.Scratch(draft.Scratch));
        if (old.CacheRoot != draft.CacheRoot)
            text = _editor.Set(text, ["cache_root"], ConfigWriter.Quote(draft.CacheRoot));
        foreach (var cache in draft.Caches)
            text = ApplyCache(text, old.Caches.FirstOrDefault(c => c.Name == cache.Name), cache);
        foreach (var (name, value) in draft.Transfer)
        {
            if (old.TransferText(name) != value)
                text = _editor.Set(text, name.Key.Split('.'), ConfigWriter.Quote(value));
        }
        if (!old.RsyncExtraArgs.SequenceEqual(draft.RsyncExtraArgs))
            text = _editor.Set(text, ["transfer", "rsync_extra_args"], DraftText.List(draft.RsyncExtraArgs));
        foreach (var (key, yaml) in draft.Images)
            text = _editor.Set(text, ["images", key], yaml);
        return text;
    }

    private string ApplyCache(string text, CacheDraft? old, CacheDraft cache)
    {
        if (old is null)
            return _editor.Set(text, ["caches", cache.Name], DraftText.Cache(cache));
        if (old.Source == cache.Source && old.Enabled == cache.Enabled && old.Excludes.SequenceEqual(cache.Excludes))
            return text;
        // NAME: /path has no keys that could be set.
        if (Caches(text)?.Find(cache.Name) is ConfigScalar { IsNull: false })
            return _editor.Set(text, ["caches", cache.Name], DraftText.Cache(cache));
        if (old.Source != cache.Source)
            text = _editor.Set(text, ["caches", cache.Name, "source"], ConfigWriter.Quote(cache.Source));
        if (old.Enabled != cache.Enabled)
            text = _editor.Set(text, ["caches", cache.Name, "enabled"], cache.Enabled ? "true" : "false");
        if (!old.Excludes.SequenceEqual(cache.Excludes))
            text = _editor.Set(text, ["caches", cache.Name, "exclude"], DraftText.List(cache.Excludes));
        return text;
    }

    private ConfigMap? Caches(string text) => (YamlComposer.Compose(file, text) as ConfigMap)?.Find("caches") as ConfigMap;
}
