using System.Buffers.Text;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// Understands what rsync prints while it runs, given <see cref="Format"/> and <c>--info=progress2</c>: what it did, and how many bytes it has
/// transferred. Names of files stand behind numbers and have no line ends in them, so that none is taken for anything else.
/// </summary>
internal sealed class RsyncOutput(TransferProgress progress, RsyncMessages messages)
{
    /// <summary>
    /// What changed, in eleven characters, size, bytes transferred, name. Because of the transferred bytes the line comes when a file is complete, not
    /// when it begins.
    /// </summary>
    public const string Format = "%i %l %b %n";

    private const int ItemLength = 11;

    private long _reported;

    /// <summary>Files and links transferred.</summary>
    public long Files { get; private set; }

    /// <summary>Sum of their sizes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Names removed from the destination.</summary>
    public long Deleted { get; private set; }

    /// <summary>Entries of which only mode, owner, times or attributes were set.</summary>
    public long Updated { get; private set; }

    /// <summary>Reads to the end.</summary>
    public void Read(Stream output) => ByteLines.Read(output, "\r\n"u8, Receive);

    private void Receive(Span<byte> line)
    {
        if (TryReadItem(line, out var size))
        {
            Count(line, size);
        }
        else if (TryReadProgress(line, out var transferred))
        {
            progress.AddBytes(Math.Max(0, transferred - _reported));
            _reported = Math.Max(_reported, transferred);
        }
        else
        {
            messages.AddNote(line);
        }
    }

    private void Count(ReadOnlySpan<byte> line, long size)
    {
        switch (line[0])
        {
            case (byte)'*':
                Deleted++;
                break;
            case (byte)'<' or (byte)'>' or (byte)'c' or (byte)'h' when line[1] is (byte)'f' or (byte)'L':
                Files++;
                Bytes += line[0] is (byte)'<' or (byte)'>' ? size : 0;
                progress.AddFiles(1);
                break;
            case (byte)'.':
                Updated++;
                break;
        }
    }

    private static bool TryReadItem(ReadOnlySpan<byte> line, out long size)
    {
        size = 0;
        return line.Length > ItemLength && line[ItemLength] == ' ' && "<>ch.*"u8.Contains(line[0])
            && TryReadNumber(line[(ItemLength + 1)..], out size, out var rest) && TryReadNumber(rest, out _, out _);
    }

    /// <summary>A number and the blank behind it.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> text, out long number, out ReadOnlySpan<byte> rest)
    {
        var isNumber = Utf8Parser.TryParse(text, out number, out var used) && used < text.Length && text[used] == ' ';
        rest = isNumber ? text[(used + 1)..] : [];
        return isNumber;
    }

    /// <summary>As in <c>    3000005  99%  572.20MB/s    0:00:00 (xfr#3, to-chk=4/8)</c>.</summary>
    private static bool TryReadProgress(ReadOnlySpan<byte> line, out long bytes)
    {
        var text = line.TrimStart((byte)' ');
        return TryReadNumber(text, out bytes, out var rest) && bytes >= 0
            && Utf8Parser.TryParse(rest.TrimStart((byte)' '), out int _, out var used) && rest.TrimStart((byte)' ')[used..].StartsWith("%"u8);
    }
}
