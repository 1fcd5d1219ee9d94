using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>The size of a terminal in characters.</summary>
/// <param name="Columns">One or more.</param>
/// <param name="Rows">One or more.</param>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>The size that a terminal has now.</summary>
    /// <param name="descriptor">An open file.</param>
    /// <returns>Null if it is no terminal, or one that does not know its size.</returns>
    public static unsafe TerminalSize? Of(int descriptor)
    {
        Ioctl.WindowSize size;
        return Ioctl.ioctl(descriptor, Ioctl.TIOCGWINSZ, &size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new TerminalSize(size.Columns, size.Rows)
            : null;
    }
}
