using Ferry.Core.Linux;

namespace Ferry.Cli.Shell.Installation;

/// <summary>What is where a file of ferry's belongs.</summary>
internal enum FileCondition
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>The file as it is to be.</summary>
    InPlace,

    /// <summary>One that some ferry has made, and that is different.</summary>
    Outdated,

    /// <summary>Something that is not ferry's.</summary>
    Foreign,
}

/// <summary>A file that an installation places. It holds a mark by which ferry knows it again.</summary>
/// <param name="Kind">What it is, for people: files of one kind are reported together.</param>
/// <param name="Path">Where it belongs, absolute.</param>
/// <param name="Contents">All of it.</param>
/// <param name="IsProgram">Whether it can be executed.</param>
internal sealed record OwnFile(string Kind, string Path, ReadOnlyMemory<byte> Contents, bool IsProgram = false)
{
    /// <summary>In the first lines of a text.</summary>
    public const string Mark = "made by ferry";

    private const ushort ProgramMode = 0x1ED;
    private const ushort TextMode = 0x1A4;

    /// <summary>Looks at what is there.</summary>
    public FileCondition Condition
    {
        get
        {
            if (Directory.Exists(Path))
                return FileCondition.Foreign;
            if (!File.Exists(Path))
                return FileCondition.Missing;
            var found = File.ReadAllBytes(Path);
            if (found.AsSpan().SequenceEqual(Contents.Span))
                return FileCondition.InPlace;
            return IsOurs(found) ? FileCondition.Outdated : FileCondition.Foreign;
        }
    }

    // The program holds these bytes because they stand here.
    private static ReadOnlySpan<byte> ProgramMark => "this program is ferry, and may be replaced by ferry self-install"u8;

    /// <summary>Puts the file there, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Place()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        AtomicFile.Write(Path, Contents.Span, IsProgram ? ProgramMode : TextMode);
    }

    private bool IsOurs(ReadOnlySpan<byte> found) =>
        IsProgram ? found.IndexOf(ProgramMark) >= 0 : found[..Math.Min(found.Length, 256)].IndexOf("made by ferry"u8) >= 0;
}
