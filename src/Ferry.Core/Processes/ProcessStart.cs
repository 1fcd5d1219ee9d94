using System.Globalization;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>
/// How this process was started, to be handed on to a command: what the runtime decodes, raises or clears for its own use, as it was.
/// </summary>
public sealed class ProcessStart
{
    private readonly uint _umask;
    private readonly ulong? _openFiles;

    private ProcessStart(uint umask, ulong? openFiles) => (_umask, _openFiles) = (umask, openFiles);

    /// <summary>The arguments as bytes, the program's name first.</summary>
    public static IReadOnlyList<byte[]> Arguments => Strings("/proc/self/cmdline");

    /// <summary>The environment as bytes.</summary>
    public static IReadOnlyList<byte[]> Environment => Strings("/proc/self/environ");

    /// <summary>Remembers what a sync changes. To be called before one.</summary>
    public static ProcessStart Capture()
    {
        var umask = Kernel.SetUmask(0);
        _ = Kernel.SetUmask(umask);
        return new ProcessStart(umask, OpenFilesOfParent());
    }

    /// <summary>Runs what starts a command with the umask and the limit of open files that this process was started with.</summary>
    internal T AsStarted<T>(Func<T> start)
    {
        var umask = Kernel.SetUmask(_umask);
        var openFiles = _openFiles is { } count ? Kernel.SetSoftOpenFiles(count) : default(ulong?);
        try
        {
            return start();
        }
        finally
        {
            _ = Kernel.SetUmask(umask);
            if (openFiles is { } former)
            {
                _ = Kernel.SetSoftOpenFiles(former);
            }
        }
    }

    /// <summary>
    /// The runtime raises its soft limit to the hard one before any code of ours runs; the parent's is what this process had. Programs that
    /// close every descriptor up to their limit, or use <c>select</c>, suffer from a high one.
    /// </summary>
    private static ulong? OpenFilesOfParent()
    {
        const string Label = "Max open files";
        try
        {
            var parent = Kernel.ParentProcess.ToString(CultureInfo.InvariantCulture);
            foreach (var line in File.ReadLines($"/proc/{parent}/limits"))
            {
                if (line.StartsWith(Label, StringComparison.Ordinal))
                {
                    var soft = line[Label.Length..].TrimStart().Split(' ')[0];
                    return ulong.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or gone: then it stays as it is.
        }

        return null;
    }

    private static List<byte[]> Strings(string path)
    {
        var strings = new List<byte[]>();
        var rest = File.ReadAllBytes(path).AsSpan();
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
        {
            strings.Add(rest[..end].ToArray());
        }

        return strings;
    }
}
