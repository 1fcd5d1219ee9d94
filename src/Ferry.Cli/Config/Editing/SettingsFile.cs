using System.Text;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>A configuration file in which settings are changed: Ferry's own, or the older tool's.</summary>
/// <param name="path">The file; one of Ferry's need not exist yet.</param>
/// <param name="level">Which kind of file it is.</param>
internal sealed class SettingsFile(string path, ConfigLevel level)
{
    /// <summary>What a file starts with that is not there yet.</summary>
    public const string NewText = "version: 1\n";

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; } = path;

    /// <summary>The file that sets a value; null when none does.</summary>
    public static SettingsFile? Of(ConfigOrigin origin) => origin.File is { } file ? new SettingsFile(file, origin.Level) : null;

    /// <summary>All of its text; that of a new file when it does not exist.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public string Read()
    {
        using var file = ConfigText.TryOpen(Path);
        return file is null ? NewText : Encoding.UTF8.GetString(ConfigText.Read(file, Path).Span);
    }

    /// <summary>Checks a text as the reader of this file does when a command starts.</summary>
    /// <exception cref="ConfigException">It is no configuration; the message has the place.</exception>
    public void Check(string text) => _ = level == ConfigLevel.Older
        ? OlderFileReader.Read(Path, Encoding.UTF8.GetBytes(text))
        : FerryFileReader.Read(Path, text, level);

    /// <summary>Gives a setting a value. The file is replaced in one step, or left as it is.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="words">Its value; several, or none, only for a list.</param>
    /// <exception cref="ConfigException">The file cannot be read, changed or written, or would not be valid.</exception>
    public void Set(SettingPath setting, IReadOnlyList<string> words)
    {
        var text = Read();
        Write(text, level == ConfigLevel.Older ? SetOlder(text, setting, words[0]) : SetYaml(text, setting, words));
    }

    /// <summary>Removes a setting; whether it was there.</summary>
    /// <exception cref="ConfigException">The file cannot be read, changed or written, or would not be valid.</exception>
    public bool Unset(SettingPath setting)
    {
        var text = Read();
        var changed = level == ConfigLevel.Older
            ? new ConfigEditor(Path, ConfigSyntax.Json).Remove(text, OlderKeys(setting))
            : new ConfigEditor(Path, ConfigSyntax.Yaml).Remove(text, setting.Keys);
        Write(text, changed);
        return changed != text;
    }

    private string SetYaml(string text, SettingPath setting, IReadOnlyList<string> words)
    {
        var editor = new ConfigEditor(Path, ConfigSyntax.Yaml);
        var isList = setting.Key is { TakesList: true } && (words.Count != 1 || setting.Key.Kind == Keys.ConfigKind.Texts);
        var value = isList ? $"[{string.Join(", ", words.Select(ConfigWriter.Quote))}]" : ConfigWriter.Quote(words[0]);
        // true and false are words here, not text.
        if (setting.Key?.Kind == Keys.ConfigKind.Bool)
            value = words[0];
        if (setting.Cache is null || ShortSource(text, setting.Cache) is not { } source)
            return editor.Set(text, setting.Keys, value);
        // NAME: /path, which is short for NAME: { source: /path }.
        if (setting.Keys[^1] == "source")
            return editor.Set(text, setting.Keys[..2], value);
        return editor.Set(editor.Set(text, setting.Keys[..2], $"{{ source: {ConfigWriter.Quote(source)} }}"), setting.Keys, value);
    }

    private string SetOlder(string text, SettingPath setting, string word)
    {
        var json = ConfigSyntax.Json;
        var value = setting.Key?.Kind == Keys.ConfigKind.Bool ? word : json.Quote(Literal(word));
        return new ConfigEditor(Path, json).Set(text, OlderKeys(setting), value);
    }

    // The older tool expands nothing in a source.
    private string Literal(string path) => path.StartsWith('~') || path.Replace("$$", "", StringComparison.Ordinal).Contains('$')
        ? throw new ConfigException($"{Path}: the older tool takes '{Printable.Shorten(path)}' literally; write the whole path, or run 'ferry import'")
        : path.Replace("$$", "$", StringComparison.Ordinal);

    private string[] OlderKeys(SettingPath setting) => setting is { Cache: { } cache, Keys: [.., not "exclude"] }
        ? ["vars", cache, .. setting.Keys[2..]]
        : throw new ConfigException($"{Path}: {setting} cannot be set in the older tool's file; turn it into ferry's with 'ferry import'");

    private string? ShortSource(string text, string cache) =>
        YamlComposer.Compose(Path, text) is ConfigMap map && map.Find("caches") is ConfigMap caches && caches.Find(cache) is ConfigScalar { IsNull: false } source
            ? source.Text
            : null;

    private void Write(string text, string changed)
    {
        if (changed == text)
            return;
        Check(changed);
        ConfigWriter.Update(Path, changed);
    }
}
