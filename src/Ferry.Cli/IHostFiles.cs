using Ferry.Core.Linux;

namespace Ferry.Cli;

/// <summary>What the configuration asks of the file system.</summary>
internal interface IHostFiles
{
    /// <summary>The numeric user that the process acts for.</summary>
    uint UserId { get; }

    /// <summary>The facts of what a path leads to; null if there is nothing.</summary>
    PathFacts? Facts(string path);

    /// <summary>Whether the user may create files in a directory.</summary>
    bool MayWriteIn(string directory);

    /// <summary>The path without symbolic links; null if it does not exist.</summary>
    string? RealPath(string path);
}

/// <summary>The real file system.</summary>
internal sealed class HostFiles : IHostFiles
{
    public uint UserId => PathFacts.EffectiveUserId;

    public PathFacts? Facts(string path) => PathFacts.Of(path);

    public bool MayWriteIn(string directory) => PathFacts.MayWriteIn(directory);

    public string? RealPath(string path) => PathFacts.RealPath(path);
}
