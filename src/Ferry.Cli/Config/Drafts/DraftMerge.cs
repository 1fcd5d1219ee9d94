using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Drafts;

/// <summary>Adds to an existing file what an imported draft says and the file does not.</summary>
internal static class DraftMerge
{
    /// <summary>The text of the file with the additions.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="text">Its text.</param>
    /// <param name="older">What is imported.</param>
    /// <param name="notes">Gets a line for what the file keeps.</param>
    /// <exception cref="ConfigException">The file is not valid, or cannot be changed in place.</exception>
    public static string Apply(string file, string text, ConfigDraft older, List<string> notes)
    {
        var layer = FerryFileReader.Read(file, text, ConfigLevel.User);
        var said = ConfigDraft.Of(layer);
        foreach (var cache in older.Caches.Where(cache => said.Caches.Any(c => c.Name == cache.Name)))
            notes.Add($"{cache.Name} is configured already and stays as it is");
        var wanted = said with { Caches = [.. said.Caches, .. older.Caches.Where(cache => said.Caches.All(c => c.Name != cache.Name))] };
        // Caches of the file's own are staged and moved as it says, or as is built in: other defaults would move them.
        if (layer.Caches is not null)
            notes.Add("the file has caches of its own: only further caches were added to it, no other settings");
        else
            wanted = WithSettings(wanted, layer, older);
        var known = (YamlComposer.Compose(file, text) as ConfigMap)?.Find("images") as ConfigMap;
        return new DraftEdits(file).Apply(text, said, wanted with { Images = [.. older.Images.Where(image => known?.Find(image.Key) is null)] });
    }

    private static ConfigDraft WithSettings(ConfigDraft wanted, ConfigLayer layer, ConfigDraft older) => wanted with
    {
        Scratch = layer.Scratch is null ? older.Scratch : wanted.Scratch,
        CacheRoot = layer.CacheRoot is null ? older.CacheRoot : wanted.CacheRoot,
        RsyncExtraArgs = layer.RsyncExtraArgs is null ? older.RsyncExtraArgs : wanted.RsyncExtraArgs,
        Transfer = [.. wanted.Transfer, .. older.Transfer.Where(setting => wanted.TransferText(setting.Name) is null)],
    };
}
