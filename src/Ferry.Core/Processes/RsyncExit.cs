using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>What rsync says by its exit code and its last words: see EXIT VALUES in its manual.</summary>
public static class RsyncExit
{
    /// <summary>Some files or attributes could not be transferred; all others were.</summary>
    public const int Partial = 23;

    /// <summary>Some files vanished from the source before they were read; all others were transferred.</summary>
    public const int Vanished = 24;

    /// <summary>The remote shell could not connect: ssh's own exit code.</summary>
    public const int NoConnection = 255;

    /// <summary>A few words for any code but 0.</summary>
    public static string Describe(int code) => code switch
    {
        1 => "an option is not known",
        2 => "the two rsyncs do not understand each other",
        3 => "a directory cannot be reached",
        4 => "an option is not supported by this rsync",
        5 => "the other side did not begin to talk",
        10 or 12 => "the connection broke",
        11 => "reading or writing failed",
        20 => "it was interrupted",
        22 => "it ran out of memory",
        Partial => "some files or attributes were not transferred",
        Vanished => "some files vanished from the source meanwhile",
        30 or 35 => "the other side did not answer for too long",
        124 or 125 or 126 => "the command could not be run on the other side",
        127 => "rsync is not installed on the other side",
        NoConnection => "no connection",
        > 128 and < 160 => $"ended by {SignalNumber.Name(code - 128)}",
        _ => $"exit code {code}",
    };

    /// <summary>What rsync said first: that names a file; its last line repeats the exit code.</summary>
    public static string FirstLine(string error)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = Array.Find(lines, static line => !line.StartsWith("rsync error:", StringComparison.Ordinal)) ?? lines.LastOrDefault("");
        return PathText.Display(Encoding.UTF8.GetBytes(line)) + (lines.Length > 2 ? $" (and {lines.Length - 2} more)" : "");
    }
}
