using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>Opening and reading single tag files; what goes wrong becomes a problem.</summary>
public sealed partial class BagReader
{
    private bool TryReadManifest(string name, string algorithm, BagManifest.Take take)
    {
        var fd = OpenTag(name, isNeeded: true);
        if (fd < 0)
        {
            return false;
        }

        try
        {
            BagManifest.Read(fd, _bag.Display(name), algorithm, _isVersion1, take);
            return true;
        }
        catch (SumFileException e)
        {
            Fail(name, e);
            return false;
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private byte[]? ReadSmall(string name, int maxLength, bool isNeeded)
    {
        var fd = OpenTag(name, isNeeded);
        if (fd < 0)
        {
            return null;
        }

        var contents = new byte[maxLength + 1];
        var length = 0;
        try
        {
            for (int read; length < contents.Length && (read = Kernel.OrThrow((int)Kernel.Read(fd, contents.AsSpan(length)), "read", _bag.Display(name))) > 0;)
            {
                length += read;
            }
        }
        finally
        {
            Kernel.Close(fd);
        }

        if (length > maxLength)
        {
            Fail(name, $"is longer than {maxLength} bytes");
            return null;
        }

        return contents[..length];
    }

    private int OpenTag(string name, bool isNeeded)
    {
        var fd = _bag.OpenFile(Encoding.UTF8.GetBytes(name));
        if (fd < 0 && (isNeeded || fd != -Errno.ENOENT))
        {
            Fail(name, fd == -Errno.ENOENT ? "is missing: this is no bag, or one that was not finished" : $"cannot be read: {Errno.Describe(-fd)}");
        }

        return fd;
    }

    private void Fail(string name, string reason) => _contents.Found.Add(new EntryProblem(ProblemKind.Failure, _bag.Display(name), reason));

    private void Fail(string name, SumFileException e) => Fail(name, e.Line > 0 ? $"line {e.Line}: {e.Reason}" : e.Reason);

    private void Warn(string name, string reason) => _contents.Found.Add(new EntryProblem(ProblemKind.Warning, _bag.Display(name), reason));
}
