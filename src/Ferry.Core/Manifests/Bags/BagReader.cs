using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>
/// Reads and checks the tag files of a bag, BagIt 0.93 to 1.0: all but the payload's own bytes. Everything in it may be hostile: no path leads
/// out of the bag, no link is followed.
/// </summary>
public sealed partial class BagReader
{
    private static readonly byte[] s_payloadPrefix = Encoding.ASCII.GetBytes(BagWriter.PayloadDirectory + "/");

    private readonly BagDirectory _bag;
    private readonly BagContents _contents = new();
    private bool _isVersion1;

    private BagReader(BagDirectory bag) => _bag = bag;

    /// <summary>Reads the bag in a directory.</summary>
    /// <exception cref="LinuxException">The directory cannot be read.</exception>
    /// <exception cref="PlatformNotSupportedException">SHA-256 cannot be computed here.</exception>
    public static BagContents Read(string directory)
    {
        using var bag = BagDirectory.Open(directory);
        var reader = new BagReader(bag);
        if (reader.CheckDeclaration())
        {
            reader.CheckPayloadDirectory();
            reader.ReadPayloadManifests();
            reader.CheckInfo();
            reader.CheckFetch();
            reader.CheckTagManifests();
        }

        return reader._contents;
    }

    private bool CheckDeclaration()
    {
        if (ReadSmall(BagDeclaration.Name, BagDeclaration.MaxLength, isNeeded: true) is not { } text)
        {
            return false;
        }

        (_isVersion1, var error) = BagDeclaration.Parse(text);
        if (error is not null)
        {
            Fail(BagDeclaration.Name, error);
        }

        return error is null;
    }

    private void CheckPayloadDirectory()
    {
        if (_bag.Check(Encoding.ASCII.GetBytes(BagWriter.PayloadDirectory), EntryKind.Directory) != 0)
        {
            Fail(BagWriter.PayloadDirectory, "is missing or not a directory: a bag's payload is there");
        }
    }

    private void ReadPayloadManifests()
    {
        var manifests = _bag.Manifests("manifest-");
        SumFile? first = null;
        foreach (var (name, algorithm) in manifests.OrderBy(static manifest => manifest.Algorithm switch { "sha256" => 0, "blake3" => 1, _ => 2 }))
        {
            if (ReadPayloadManifest(name, algorithm) is not { } sums)
            {
                continue;
            }

            if (first is null && algorithm is "sha256" or "blake3")
            {
                _contents.Payload = sums;
                _contents.Algorithm = algorithm == "sha256" ? DigestAlgorithm.Sha256 : DigestAlgorithm.Blake3;
            }

            first ??= sums;
            RequireSamePaths(first, sums, name);
        }

        if (manifests.Count == 0)
        {
            Fail("manifest-sha256.txt", "is missing, and so is any other manifest of the payload");
        }
        else if (_contents.Payload is null && _contents.Found.TrueForAll(static problem => problem.Kind == ProblemKind.Warning))
        {
            Fail("manifest-sha256.txt", $"is missing; {string.Join(", ", manifests.Select(static manifest => manifest.Name))} cannot be checked by Ferry");
        }

        if (_contents.Payload is { } payload)
        {
            BagNames.WarnOfNamesAlike(payload, _bag.Display(BagWriter.PayloadDirectory), _contents.Found);
        }
    }

    private SumFile? ReadPayloadManifest(string name, string algorithm)
    {
        var table = new SumTable();
        var isRead = TryReadManifest(name, algorithm, (path, hex, line) =>
        {
            if (!path.StartsWith(s_payloadPrefix))
            {
                throw new SumFileException(_bag.Display(name), line, $"{PathText.Display(path)} is not below {BagWriter.PayloadDirectory}/");
            }

            _ = Digest.TryParseHex(hex, out var digest);
            table.Add(path[s_payloadPrefix.Length..], digest, line);
        });
        if (!isRead)
        {
            return null;
        }

        try
        {
            return SumFile.Of(table, null, _bag.Display(name));
        }
        catch (SumFileException e)
        {
            Fail(name, e);
            return null;
        }
    }

    /// <summary>In version 1.0 every manifest has every file.</summary>
    private void RequireSamePaths(SumFile first, SumFile other, string name)
    {
        for (var i = 0; i < Math.Max(first.Count, other.Count); i++)
        {
            if (i >= first.Count || i >= other.Count || !first.PathOf(i).SequenceEqual(other.PathOf(i)))
            {
                var isExtra = i >= first.Count || (i < other.Count && NameOrder.Compare(other.PathOf(i), first.PathOf(i)) < 0);
                Fail(name, $"{(isExtra ? "has" : "lacks")} {PathText.Display((isExtra ? other : first).PathOf(i))}, unlike another manifest of the bag");
                return;
            }
        }
    }

    private void CheckInfo()
    {
        if (ReadSmall(BagInfo.Name, BagInfo.MaxLength, isNeeded: false) is not { } text)
        {
            return;
        }

        (_contents.Oxum, var error) = BagInfo.Parse(text);
        if (error is not null)
        {
            Fail(BagInfo.Name, error);
        }
        else if (_contents.Oxum is { } oxum && _contents.Payload is { } payload && oxum.Files != payload.Count)
        {
            Fail(BagInfo.Name, $"tells of {oxum.Files} payload files, and the manifest of {payload.Count}");
        }
    }

    private void CheckFetch()
    {
        const string name = "fetch.txt";
        var fd = OpenTag(name, isNeeded: false);
        if (fd < 0)
        {
            return;
        }

        try
        {
            BagFetch.Check(fd, _bag, _contents, name, _isVersion1);
        }
        catch (SumFileException e)
        {
            Fail(name, e);
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private void CheckTagManifests()
    {
        var manifests = _bag.Manifests("tagmanifest-");
        foreach (var (name, algorithm) in manifests)
        {
            var listed = new PathSet();
            if (!BagDirectory.Hashes(algorithm))
            {
                Warn(name, $"was read, its digests not compared: Ferry does not compute {algorithm}");
            }

            TryReadManifest(name, algorithm, (path, hex, line) =>
            {
                if (path.StartsWith(s_payloadPrefix) || path.StartsWith("tagmanifest-"u8))
                {
                    throw new SumFileException(_bag.Display(name), line, $"{PathText.Display(path)} is no tag file that it may name");
                }

                if (listed.Contains(path))
                {
                    throw new SumFileException(_bag.Display(name), line, $"{PathText.Display(path)} is there twice");
                }

                listed.Add(path.ToArray());
                CheckTag(path, name, algorithm, hex);
            });
            foreach (var (manifest, _) in _bag.Manifests("manifest-").Where(manifest => !listed.Contains(Encoding.UTF8.GetBytes(manifest.Name))))
            {
                Warn(name, $"does not name {manifest}: a change of it cannot be seen");
            }
        }

        if (manifests.Count == 0)
        {
            Warn("tagmanifest-sha256.txt", "is missing: a change of the tag files cannot be seen");
        }
    }

    private void CheckTag(ReadOnlySpan<byte> path, string manifest, string algorithm, string expected)
    {
        var name = PathText.Display(path);
        var fd = _bag.OpenFile(path);
        if (fd < 0)
        {
            Fail(name, $"is in {manifest} and cannot be read: {Errno.Describe(-fd)}");
            return;
        }

        try
        {
            if (BagDirectory.Hashes(algorithm) && _bag.Hash(fd, algorithm, _bag.Display(name)) is var actual && actual != expected)
            {
                Fail(name, $"is not as {manifest} says: {algorithm} {actual} instead of {expected}");
            }
        }
        finally
        {
            Kernel.Close(fd);
        }
    }
}
