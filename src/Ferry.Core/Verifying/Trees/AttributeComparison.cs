using Ferry.Core.Copying;
using Ferry.Core.Linux;

namespace Ferry.Core.Verifying;

/// <summary>
/// Compares the extended attributes that a copy keeps (see <see cref="AttributeCopier"/>). An attribute of a kind that the target's file system does
/// not take at all is counted, and no difference. Thread-safe.
/// </summary>
internal sealed class AttributeComparison
{
    private long _untaken;

    /// <summary>Entries with attributes that the target's file system cannot keep.</summary>
    public long Untaken => Interlocked.Read(ref _untaken);

    /// <summary>Compares a file or directory with its copy. 1 when they differ, 0 when not, or the negative error number.</summary>
    public int Compare(in EntryPair pair)
    {
        var sourceResult = ListOf(pair.SourceFd, pair.Name, out var names);
        var targetResult = ListOf(pair.TargetFd, pair.Name, out var others);
        if (sourceResult < 0 || targetResult < 0 || (names.Count == 0 && others.Count == 0))
        {
            return Math.Min(sourceResult, targetResult);
        }

        var differs = others.Exists(other => !Contains(names, other));
        var isUntaken = false;
        foreach (var name in names)
        {
            switch (CompareValues(pair, name))
            {
                case -Errno.EOPNOTSUPP:
                    isUntaken = true;
                    break;
                case < 0 and var errno:
                    return errno;
                case 1:
                    differs = true;
                    break;
            }
        }

        Interlocked.Add(ref _untaken, isUntaken ? 1 : 0);
        return differs ? 1 : 0;
    }

    private static bool Contains(List<byte[]> names, byte[] name) => names.Exists(other => other.AsSpan().SequenceEqual(name));

    private static int ListOf(int directory, ReadOnlySpan<byte> name, out List<byte[]> names)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var length = (int)Kernel.ListAttributes(directory, name, buffer);
        if (length == -Errno.ERANGE)
        {
            buffer = new byte[AttributeCopier.LongestList];
            length = (int)Kernel.ListAttributes(directory, name, buffer);
        }

        names = length <= 0 ? [] : AttributeCopier.Parse(buffer[..length]);
        return length is < 0 and not -Errno.EOPNOTSUPP ? length : 0;
    }

    /// <summary>1 when the values differ or the target has none; -EOPNOTSUPP when it cannot have one.</summary>
    private static int CompareValues(in EntryPair pair, ReadOnlySpan<byte> attribute)
    {
        Span<byte> source = stackalloc byte[512];
        Span<byte> target = stackalloc byte[512];
        var sourceLength = ValueOf(pair.SourceFd, pair.Name, attribute, ref source);
        var targetLength = ValueOf(pair.TargetFd, pair.Name, attribute, ref target);
        if (sourceLength < 0)
        {
            // Removed since the names were listed.
            return sourceLength == -Errno.ENODATA ? 1 : sourceLength;
        }

        return targetLength == -Errno.ENODATA ? 1
            : targetLength < 0 ? targetLength
            : source[..sourceLength].SequenceEqual(target[..targetLength]) ? 0 : 1;
    }

    private static int ValueOf(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, scoped ref Span<byte> value)
    {
        var length = (int)Kernel.GetAttribute(directory, name, attribute, value);
        if (length == -Errno.ERANGE)
        {
            value = new byte[AttributeCopier.LongestValue];
            length = (int)Kernel.GetAttribute(directory, name, attribute, value);
        }

        return length;
    }
}
