using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Layers;

namespace Ferry.Cli.Wizard;

/// <summary>The user's configuration file, as it is and as it would be.</summary>
internal sealed class SetupFile
{
    private SetupFile(string path, string? text, ConfigDraft? said) => (Path, Text, Said) = (path, text, said);

    public string Path { get; }

    /// <summary>What is in it; null when there is none, or it is to be replaced.</summary>
    public string? Text { get; }

    /// <summary>What it says; null as above.</summary>
    public ConfigDraft? Said { get; }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is, if it is.</param>
    /// <param name="replace">Whether it is written from scratch even if it is there.</param>
    /// <exception cref="ConfigException">It is not a valid configuration.</exception>
    public static SetupFile Read(string path, bool replace)
    {
        if (replace || ConfigText.TryReadAll(path) is not { } text)
            return new SetupFile(path, null, null);
        return new SetupFile(path, text, ConfigDraft.Of(FerryFileReader.Read(path, text, ConfigLevel.User)));
    }

    /// <summary>The text that says what the draft says.</summary>
    public string With(ConfigDraft draft) =>
        Text is null || Said is null ? DraftText.Render(draft) : new DraftEdits(Path).Apply(Text, Said, draft);

    /// <summary>Writes it.</summary>
    /// <param name="draft">What it is to say.</param>
    /// <param name="replace">Whether a file that is there is replaced unread.</param>
    /// <exception cref="ConfigException">It cannot be written, or somebody else has changed it meanwhile.</exception>
    public void Write(ConfigDraft draft, bool replace)
    {
        if (!replace && ConfigText.TryReadAll(Path) != Text)
            throw new ConfigException($"{Path}: has changed meanwhile; nothing was written, run 'ferry init' again");
        ConfigWriter.Write(Path, With(draft), overwrite: replace || Text is not null);
    }
}
